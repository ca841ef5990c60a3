import Glibc
import JSON
import StandIn
import System
import Testbed

/// The stand-in service as its own process, the static binary itself, and what it wrote into its journal.
package final class StandInService {
    private var process: Subprocess
    private let reader: JournalReader
    private var stop: CInt
    package private(set) var baseURL = ""
    /// The address of its endpoint.
    package private(set) var endpointURL = ""
    package let authority: String?

    package init(
        _ scenario: String, tls: Bool = false, in folder: TemporaryFolder, port: Int = 0, arguments: [String] = [],
        environment: [String]? = nil, within: [String] = []
    ) throws {
        let name = "scenario-\(UInt32.random(in: 0 ... .max))"
        try folder.write(scenario, to: name)
        var command = within + [Binary.path, "simulate", "--journal", "--until-eof", "--scenario", folder.path(name)]
        command += arguments
        authority = tls ? folder.path(name + ".pem") : nil
        if let authority { command += ["--tls", "--ca", authority] }
        if port != 0 { command += ["--port", String(port)] }
        var input = try Pipe()
        var output = try Pipe()
        guard let theirInput = input.reader.take(), let ourInput = input.writer.take(),
            let theirOutput = output.writer.take()
        else { throw Missing() }
        process = try Subprocess(
            command, environment: environment, input: theirInput.raw, output: theirOutput.raw, errors: 2)
        reader = try JournalReader(&output)
        stop = ourInput.release()
        let listening = try reader.wait { $0.event == .listening }
        guard let url = listening["base_url"]?.string else { throw Missing() }
        baseURL = url
        endpointURL = listening["endpoint"]?.string ?? ""
    }

    deinit {
        close(stop)
    }

    /// Where the journal arrives, for a poll.
    package var interest: Poll.Interest { reader.interest }

    /// Whether it has ended by itself: it does so where nobody reads its journal for five seconds.
    package var hasEnded: Bool { reader.hasEnded }

    package var processID: pid_t { process.pid }
    package var port: Int { Int(baseURL.split(separator: ":").last ?? "") ?? 0 }

    /// Ends it as an operator does, and waits until it has.
    package func terminate() -> Subprocess.ExitStatus {
        process.kill(SIGTERM)
        return process.wait()
    }

    /// Ends the service, as a crash would.
    package func kill() {
        process.kill(SIGKILL)
        process.wait()
    }

    /// The first entry that fits, now or within the deadline.
    @discardableResult
    package func wait(
        _ deadline: Duration = .seconds(20), for fits: (Journal.Entry) -> Bool
    ) throws -> Journal.Entry { try reader.wait(deadline, for: fits) }

    package typealias Missing = JournalReader.Missing

    package var journal: [Journal.Entry] { reader.journal }
    /// Everything that the journal holds by now.
    package func entries() -> [Journal.Entry] { reader.entries() }

    /// The keys that arrived, in order.
    package var keys: String { entries().filter { $0.event == .dtmf }.compactMap { $0["digit"]?.string }.joined() }
    package func count(_ event: Journal.Event) -> Int { entries().count { $0.event == event } }
    /// Every request that was not as the contract says.
    package var violations: [String] { entries().filter { $0.event == .violation }.map(\.line) }
}
