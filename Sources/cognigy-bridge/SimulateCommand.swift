import Glibc
import JSON
import StandIn
import System
import Telephones

/// `cognigy-bridge simulate`: runs the stand-in service on loopback, and telephones over WebSocket, until SIGTERM or SIGINT.
struct SimulateCommand: ~Copyable {
    private enum Refusal: Error {
        case unreadable(String, Errno)
        case scenario(String, Scenario.Mistake)
        case standIn(StandInServer.Failure)
        case system(Errno)
        case stuck
    }

    /// Returns success once it was stopped.
    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        let options: SimulateOptions
        do throws(SimulateOptions.Mistake) { options = try SimulateOptions(arguments) } catch {
            printError("\(error)\n\(SimulateOptions.usage)")
            return .usage
        }
        // With --live the calls make files in the user's own state folder, so root must not make them.
        if options.isLive, !Operator.stepDown(environment) { return .failure }
        let complaint: String
        do throws(Refusal) {
            try make(options, environment).serve()
            return .success
        } catch {
            switch error {
            case .unreadable(let file, let error): complaint = "\(file): \(error)"
            case .scenario(let file, let mistake): complaint = "\(file), \(mistake)"
            case .standIn(.certificate): complaint = "no certificate could be made"
            case .standIn(.system(let error)), .system(let error): complaint = error.description
            case .stuck: complaint = "nobody has read its standard output for five seconds, so it has ended"
            }
        }
        printError("cognigy-bridge simulate: \(complaint)")
        return .failure
    }

    private static func printError(_ text: String) { Console.write(text + "\n", to: 2, within: .seconds(1)) }

    private let options: SimulateOptions
    private let signals: Signals
    private let standIn: StandInServer
    private let output: Output
    private let telephones: VoiceSimulator?
    private let folder: ScratchFolder?

    /// Standard output, to which the journal goes.
    private final class Output {
        let printsJournal: Bool
        private(set) var isGone = false
        /// Whether it is there, and nobody reads it.
        private(set) var isStuck = false

        init(printsJournal: Bool) { self.printsJournal = printsJournal }

        func write(_ entry: Journal.Entry) {
            let line = printsJournal ? entry.line : SimulateCommand.sentence(entry)
            let deadline = MonotonicClock.now() + .seconds(5)
            do { try Descriptor.writeAll(1, (line + "\n").utf8, deadline: deadline) } catch {
                isGone = true
                if error.code == ETIMEDOUT { isStuck = true }
            }
        }
    }

    private static func make(
        _ options: SimulateOptions, _ environment: [String: String]
    ) throws(Refusal) -> SimulateCommand {
        let scenario = try Self.scenario(options)
        var service = StandInServer.Options(scenario: scenario)
        service.port = options.port
        service.usesTLS = options.usesTLS
        service.authorityFile = options.authorityFile
        let output = Output(printsJournal: options.printsJournal)
        let signals = try orRefusal { () throws(Errno) in try Signals([SIGTERM, SIGINT]) }
        let standIn: StandInServer
        do throws(StandInServer.Failure) { standIn = try StandInServer(service) { output.write($0) } } catch {
            throw .standIn(error)
        }
        guard let port = options.voicePort else {
            return SimulateCommand(
                options: options, signals: signals, standIn: standIn, output: output, telephones: nil, folder: nil)
        }
        let folder = try orRefusal { () throws(Errno) in try ScratchFolder() }
        let path = folder.path
        let telephones = try orRefusal { () throws(Errno) in
            let telephones = try settings(options, environment, port, scenario, standIn, path)
            return try VoiceSimulator(telephones) { output.write($0) }
        }
        return SimulateCommand(
            options: options, signals: signals, standIn: standIn, output: output, telephones: telephones,
            folder: folder)
    }

    private static func orRefusal<Value: ~Copyable>(
        _ body: () throws(Errno) -> Value
    ) throws(Refusal) -> Value {
        do throws(Errno) { return try body() } catch { throw .system(error) }
    }

    private func serve() throws(Refusal) {
        do throws(Errno) {
            while !output.isGone {
                if try step(watching: [signals.raw] + (options.stopsAtEnd ? [0] : [])) { break }
            }
            // Let the calls in progress end before this program does.
            telephones?.hangUp()
            while let telephones, !telephones.isIdle { _ = try step(watching: []) }
        } catch { throw .system(error) }
        if output.isStuck { throw .stuck }
    }

    /// Serves once. Returns true if a signal came, or the end of standard input, on one of `descriptors`.
    private func step(watching descriptors: [CInt]) throws(Errno) -> Bool {
        let own = descriptors.map { Poll.Interest($0, .readable) }
        let ready = try standIn.step(watching: own + (telephones?.interests ?? []), timeout: telephones?.timeout)
        try telephones?.advance()
        let isAtEnd = descriptors.contains(0) && ready.contains(0) && (try? Descriptor.read(0)) == .end
        return isAtEnd || descriptors.contains(signals.raw) && ready.contains(signals.raw)
    }

    private static func scenario(_ options: SimulateOptions) throws(Refusal) -> Scenario {
        var scenario = Scenario()
        let text = try options.scenarioFile.map { (file) throws(Refusal) in try contents(of: file) }
        try add(text ?? Scenario.demo, of: options.scenarioFile, to: &scenario)
        if let file = options.assistFile { try add(try contents(of: file), of: file, to: &scenario) }
        return scenario
    }

    private static func add(_ text: String, of file: String?, to scenario: inout Scenario) throws(Refusal) {
        do throws(Scenario.Mistake) { try scenario.add(text) } catch { throw .scenario(file ?? "the demo", error) }
    }

    private static func contents(of file: String) throws(Refusal) -> String {
        do throws(Errno) {
            let descriptor = try FileDescriptor.open(file, O_RDONLY)
            var bytes: [UInt8] = []
            while case .bytes(let part) = try Descriptor.read(descriptor.raw) { bytes += part }
            return String(decoding: bytes, as: UTF8.self)
        } catch { throw .unreadable(file, error) }
    }

    /// An entry as a line for people.
    private static func sentence(_ entry: Journal.Entry) -> String {
        if entry.event == .listening, let url = entry["base_url"]?.string, let endpoint = entry["endpoint"]?.string {
            return "listening on \(url), with an endpoint at \(endpoint)"
        }
        if entry.event == .voicePort, let url = entry["url"]?.string { return "telephones on \(url)" }
        let details = entry.details.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.text)" }
        return "\(entry.time) \(entry.event.rawValue) \(details.joined(separator: ", "))"
    }
}
