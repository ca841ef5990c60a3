import Glibc
import JSON
import StandIn
import System

/// A peer in Python, as its own process, that stands on packages which this project has not written.
package final class PythonPeer {
    /// The Python that `make test` makes, with its packages.
    package static let interpreter = Binary.root + "/.build/python/bin/python"
    package static let folder = Binary.root + "/Tests/EndToEndTests/"

    /// Whether that Python has a recogniser.
    package static var hasRecogniser: Bool {
        let list = Binary.root + "/.build/python/requirements.txt"
        let bytes = (try? AtomicFile.read(list, limit: 1 << 16, owner: .anyone, forbidden: 0))?.bytes
        return String(decoding: bytes ?? [], as: UTF8.self).contains("pocketsphinx")
    }

    private var process: Subprocess
    private let reader: JournalReader
    private let stop: CInt
    package let baseURL: String
    /// The address of its endpoint, with the token; empty where it is none.
    package let endpointURL: String

    /// Starts it and waits until it listens.
    private init(_ script: String, _ arguments: [String]) throws {
        var input = try Pipe()
        var output = try Pipe()
        guard let theirInput = input.reader.take(), let ourInput = input.writer.take(),
            let theirOutput = output.writer.take()
        else { throw JournalReader.Missing() }
        process = try Subprocess(
            [Self.interpreter, "-I", Self.folder + script] + arguments,
            input: theirInput.raw, output: theirOutput.raw, errors: 2)
        reader = try JournalReader(&output)
        stop = ourInput.release()
        let listening = try reader.wait { $0.event == .listening }
        guard let base = listening["base_url"]?.string else { throw JournalReader.Missing() }
        (baseURL, endpointURL) = (base, listening["endpoint"]?.string ?? "")
    }

    /// An endpoint with a small flow, on a server of Socket.IO. `version`: of Engine.IO, 3 or 4. A client that does not give
    /// its ids in the address is asked for them.
    package static func endpoint(version: Int) throws -> PythonPeer {
        try PythonPeer("endpoint/endpoint.py", [String(version)])
    }

    /// pocketsphinx behind the protocol of Vosk's server. `grammar`: a file with what callers may say (JSGF).
    package static func recogniser(grammar: String) throws -> PythonPeer {
        try PythonPeer("recogniser/vosk.py", [grammar])
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
