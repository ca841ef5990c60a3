import Bridge
import Configuration
import Glibc
import System
import Text

/// `cognigy-bridge metrics`: what calls have counted, in Prometheus' text format.
enum MetricsCommand {
    static let usage = """
        Usage: cognigy-bridge metrics [--textfile FILE]
          What calls have counted, for Prometheus. They count where [paths] counters = yes. The numbers lie in memory and
          begin at 0 with the machine, as Prometheus expects. A web server answers GET /metrics by the same program:
          see the samples for lighttpd and nginx. cognigy-bridge-dashboard.json is for Grafana, cognigy-bridge-rules.yml
          has alerts for Prometheus.
          --textfile FILE  replaces FILE in place of printing, for node_exporter's folder. Once a minute, as root, in
                           /etc/cron.d/cognigy-bridge:
        * * * * * root /usr/share/asterisk/agi-bin/cognigy-bridge metrics --textfile /var/lib/prometheus/node-exporter/cognigy-bridge.prom
        Exit code 0: printed, or written
                  1: there is no state folder, or FILE cannot be written
                  78: the configuration has no counters = yes
                  2: the words on the command line are wrong
        """

    static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        var file: String?
        var rest = arguments[...]
        while let word = rest.popFirst() {
            guard word == "--textfile" else {
                let nearest = NearestName.of(word, among: ["--textfile", "--help"]) ?? "--help"
                return fail("there is no option \(word); did you mean \(nearest)?", .usage)
            }
            guard let value = rest.popFirst(), !value.isEmpty else { return fail("--textfile needs a FILE", .usage) }
            guard value.hasSuffix(".prom") else {
                return fail("--textfile \(value): node_exporter reads files that end with .prom only", .usage)
            }
            file = value
        }
        return run(writing: file, environment)
    }

    private static func run(writing file: String?, _ environment: [String: String]) -> ExitCode {
        guard Settings.counts(environment: environment) else {
            return fail(
                "calls are not counted, as far as \(Account.words(geteuid())) may read the configuration; set counters = yes "
                    + "in [paths], and wait for calls", .configuration)
        }
        // The folder of calls is open to Asterisk's user alone, and node_exporter's often to root alone.
        let page = Operator.act(environment) {
            MetricsHandler(version: Version.number, commit: Version.commit).text(
                environment, report: Console.printError)
        }
        guard let text = page ?? nil else { return .failure }
        guard let file else {
            let deadline = MonotonicClock.now() + .seconds(60)
            do throws(Errno) { try Descriptor.writeAll(1, text.utf8, deadline: deadline) } catch {
                return fail("standard output takes no more (\(error))", .failure)
            }
            return .success
        }
        return write(text, to: file)
    }

    private static func write(_ text: String, to file: String) -> ExitCode {
        var status = stat()
        if lstat(file, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            return fail("\(file) is no file that may be replaced; name another", .failure)
        }
        do throws(Errno) { try AtomicFile.write(Array(text.utf8), to: file, durably: false, mode: 0o644) } catch {
            return fail(
                "\(file) cannot be written (\(error)); name a file in a folder where \(Account.words(geteuid())) may write",
                .failure)
        }
        return .success
    }

    private static func fail(_ words: String, _ code: ExitCode) -> ExitCode {
        Console.printError("metrics: \(words)")
        return code
    }
}
