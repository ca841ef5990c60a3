import Glibc
import JSON
import StandIn
import System

/// An endpoint with a small flow on a Socket.IO server that this project has not written, as its own process. The flow is
/// `Tests/EndToEndTests/endpoint/endpoint.py`.
package final class PythonEndpoint {
    /// The Python that `make test` makes, with its packages.
    package static let interpreter = Binary.root + "/.build/python/bin/python"
    package static let folder = Binary.root + "/Tests/EndToEndTests/endpoint/"

    private var process: Subprocess
    private let reader: JournalReader
    private let stop: CInt
    package private(set) var baseURL = ""
    /// The address of its endpoint, with the token.
    package private(set) var endpointURL = ""

    /// Starts the endpoint and waits until it listens. `version`: of Engine.IO, 3 or 4. A client that does not give its ids
    /// in the address is asked for them, or refused with HTTP 401.
    package init(version: Int = 3, takesInnerHandshake: Bool = true) throws {
        var input = try Pipe()
        var output = try Pipe()
        guard let theirInput = input.reader.take(), let ourInput = input.writer.take(),
            let theirOutput = output.writer.take()
        else { throw JournalReader.Missing() }
        process = try Subprocess(
            [Self.interpreter, "-I", Self.folder + "endpoint.py", String(version)]
                + (takesInnerHandshake ? [] : ["plain"]),
            input: theirInput.raw, output: theirOutput.raw, errors: 2)
        reader = try JournalReader(&output)
        stop = ourInput.release()
        let listening = try reader.wait { $0.event == .listening }
        guard let base = listening["base_url"]?.string, let endpoint = listening["endpoint"]?.string else {
            throw JournalReader.Missing()
        }
        (baseURL, endpointURL) = (base, endpoint)
    }

    deinit { close(stop) }

    package var port: UInt16 { UInt16(baseURL.split(separator: ":").last ?? "") ?? 0 }

    /// Where its journal arrives, for a poll.
    package var interest: Poll.Interest { reader.interest }

    @discardableResult
    package func wait(
        _ deadline: Duration = .seconds(20), for fits: (Journal.Entry) -> Bool
    ) throws -> Journal.Entry { try reader.wait(deadline, for: fits) }

    /// Everything that the journal holds by now.
    package func entries() -> [Journal.Entry] { reader.entries() }
    package func count(_ event: Journal.Event) -> Int { entries().count { $0.event == event } }
    /// The texts of its inputs, in order.
    package var texts: [String] { entries().filter { $0.event == .input }.compactMap { $0["text"]?.string } }
    package var violations: [String] { entries().filter { $0.event == .violation }.map(\.line) }
}
