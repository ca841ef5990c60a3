import Glibc
import JSON
import Simulator
import System

/// `cognigy-bridge simulate`: the stand-in service on loopback, until SIGTERM or SIGINT.
struct SimulateDoor {
    static let usage = """
        usage: cognigy-bridge simulate [--port N] [--tls [--ca FILE]] [--scenario FILE] [--journal] [--until-eof]

          --port N         listen there (any free port)
          --tls            with a certificate of a fresh authority
          --ca FILE        write that authority's certificate to FILE, for ca_file
          --scenario FILE  what the service says and which faults it plays (a demo)
          --journal        print JSON Lines
          --until-eof      stop at the end of standard input, too

        """

    private enum Refusal: Error {
        case usage
        case unreadable(String, Errno)
        case scenario(String, Scenario.Mistake)
        case standIn(StandIn.Failure)
        case system(Errno)
    }

    private var scenarioFile: String?
    private var port: UInt16 = 0
    private var usesTLS = false
    private var authorityFile: String?
    private var printsJournal = false
    private var stopsAtEnd = false

    /// 0 once it was stopped, 2 for wrong arguments, 1 when it cannot serve.
    static func run(arguments: [String]) -> CInt {
        let complaint: String
        do throws(Refusal) {
            try SimulateDoor(arguments).serve()
            return 0
        } catch {
            switch error {
            case .usage:
                complain(usage)
                return 2
            case .unreadable(let file, let error): complaint = "\(file): \(error)"
            case .scenario(let file, let mistake): complaint = "\(file), \(mistake)"
            case .standIn(.certificate): complaint = "no certificate could be made"
            case .standIn(.system(let error)), .system(let error): complaint = error.description
            }
        }
        complain("cognigy-bridge simulate: \(complaint)\n")
        return 1
    }

    private static func complain(_ text: String) { _ = try? Descriptor.write(2, text.utf8) }

    private init(_ arguments: [String]) throws(Refusal) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--tls": usesTLS = true
            case "--journal": printsJournal = true
            case "--until-eof": stopsAtEnd = true
            case "--port":
                guard let value = rest.popFirst().flatMap(UInt16.init) else { throw .usage }
                port = value
            case "--scenario":
                guard let value = rest.popFirst() else { throw .usage }
                scenarioFile = value
            case "--ca":
                guard let value = rest.popFirst() else { throw .usage }
                authorityFile = value
            default: throw .usage
            }
        }
        if authorityFile != nil && !usesTLS { throw .usage }
    }

    private func serve() throws(Refusal) {
        var options = StandIn.Options(scenario: try scenario())
        options.port = port
        options.usesTLS = usesTLS
        options.authorityFile = authorityFile
        let signals: Signals
        do throws(Errno) { signals = try Signals([SIGTERM, SIGINT]) } catch { throw .system(error) }
        var outputIsGone = false
        let standIn: StandIn
        do throws(StandIn.Failure) {
            standIn = try StandIn(options) { entry in
                let line = printsJournal ? entry.line : Self.sentence(entry)
                let deadline = MonotonicClock.now() + .seconds(5)
                do { try Descriptor.writeAll(1, (line + "\n").utf8, deadline: deadline) } catch { outputIsGone = true }
            }
        } catch { throw .standIn(error) }

        let watched = [signals.raw] + (stopsAtEnd ? [0] : [])
        while !outputIsGone {
            let ready: Set<CInt>
            do throws(Errno) {
                ready = try standIn.step(watching: watched, timeout: nil)
            } catch { throw .system(error) }
            if ready.contains(signals.raw) { return }
            if ready.contains(0), (try? Descriptor.read(0)) == .end { return }
        }
    }

    private func scenario() throws(Refusal) -> Scenario {
        let name = scenarioFile ?? "the demo"
        let text = try scenarioFile.map { (file) throws(Refusal) in try Self.contents(of: file) } ?? Scenario.demo
        do throws(Scenario.Mistake) { return try Scenario(parsing: text) } catch { throw .scenario(name, error) }
    }

    private static func contents(of file: String) throws(Refusal) -> String {
        do throws(Errno) {
            let descriptor = try FileDescriptor.open(file, O_RDONLY)
            var bytes: [UInt8] = []
            while case .bytes(let part) = try Descriptor.read(descriptor.raw) { bytes += part }
            return String(decoding: bytes, as: UTF8.self)
        } catch { throw .unreadable(file, error) }
    }

    /// An entry as people read it.
    private static func sentence(_ entry: Journal.Entry) -> String {
        if entry.event == .listening, let url = entry["base_url"]?.string { return "listening on \(url)" }
        let details = entry.details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
        return "\(entry.time) \(entry.event.rawValue) \(details.joined(separator: ", "))"
    }
}

func simulate(arguments: [String]) -> CInt { SimulateDoor.run(arguments: arguments) }
