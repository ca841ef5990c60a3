import Glibc
import JSON
import System
import TestService
import Testbed

/// The program as a web server starts it: a request in the environment and on stdin. RFC 3875.
final class WebProgram {
    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: String
        let errors: String
        let code: Subprocess.ExitStatus
        let took: Duration

        var json: JSON? { try? JSON(parsing: body.utf8) }
        /// What a refusal says.
        var error: String? { json?["error"]?.string }
    }

    struct Silent: Error {}

    /// What the platform sends, but for these members, as they are to stand there; nil: not at all.
    static func interruption(_ session: String = "s1", _ changes: KeyValuePairs<String, String?> = [:]) -> String {
        var members: [(name: String, value: String)] = [
            ("sessionId", "\"\(session)\""), ("event", #""barge_in""#), ("confidence", "0.89"),
            ("transcript", "\"\(WebProgram.transcript)\""), ("timestamp", "1718452901"),
        ]
        for (name, value) in changes {
            members.removeAll { $0.name == name }
            if let value { members.append((name, value)) }
        }
        return "{" + members.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ") + "}"
    }

    /// Nobody but the caller and the platform knows it.
    static let transcript = "my number is four seven one one"

    private let folder = try? TemporaryFolder()
    private let began: Duration
    private var process: Subprocess
    /// Of a body that does not end.
    private var input: FileDescriptor?

    /// `request` is what differs from a good request; an empty value is as good as none.
    init(_ pbx: PBX, _ body: String = interruption(), _ request: [String: String] = [:], isWhole: Bool = true) throws {
        guard let folder else { throw Silent() }
        try folder.write(body, to: "in")
        let standard = [
            "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "POST", "SCRIPT_NAME": "/webhook/cognigy/barge-in",
            "CONTENT_TYPE": "application/json", "CONTENT_LENGTH": String(body.utf8.count),
        ]
        let environment = pbx.environment.merging(standard) { $1 }.merging(request) { $1 }
        let output = try FileDescriptor.open(folder.path("out"), O_WRONLY | O_CREAT)
        let errors = try FileDescriptor.open(folder.path("err"), O_WRONLY | O_CREAT)
        var pipe = try Pipe()
        let whole = isWhole ? try FileDescriptor.open(folder.path("in"), O_RDONLY) : pipe.reader.take()
        guard let whole else { throw Silent() }
        began = MonotonicClock.now()
        process = try Subprocess(
            [Binary.path], environment: environment.map { "\($0.key)=\($0.value)" }, input: whole.raw,
            output: output.raw, errors: errors.raw)
        if isWhole { return }
        try Descriptor.writeAll(pipe.rawWriter, Array(body.utf8), deadline: MonotonicClock.now() + .seconds(5))
        input = pipe.writer.take()
    }

    func kill(_ signal: CInt) { process.kill(signal) }

    /// What the web server would make of the output. RFC 3875, section 6.
    func answer() throws -> Answer {
        let ending = try process.ending()
        let ready = try Poll.wait(for: [Poll.Interest(ending.raw, .readable)], timeout: .seconds(20))
        let took = MonotonicClock.now() - began
        guard !ready.isEmpty, let folder else { throw Silent() }
        let code = process.wait()
        let output = try folder.text("out")
        // A line's end is one character.
        let parts = output.split(separator: "\r\n", omittingEmptySubsequences: false)
        let head = parts.prefix { !$0.isEmpty }
        var headers: [String: String] = [:]
        for line in head {
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            headers[String(line[..<colon])] = String(line[colon...].dropFirst(2))
        }
        return Answer(
            status: Int(headers["Status"]?.prefix(3) ?? "") ?? 0, headers: headers,
            body: parts.dropFirst(head.count + 1).joined(separator: "\r\n"), errors: try folder.text("err"), code: code,
            took: took)
    }
}

extension PBX {
    /// The answer to one webhook.
    func webhook(
        _ body: String = WebProgram.interruption(), _ request: [String: String] = [:]
    ) throws -> WebProgram.Answer {
        try WebProgram(self, body, request).answer()
    }

    /// What is kept for `barge-in --retry`, oldest first.
    func deadLetters() throws -> [String] {
        let folder = folder.path("state/dead-letters")
        return try ((try? FolderListing.names(folder)) ?? []).map {
            String(decoding: try AtomicFile.read("\(folder)/\($0)", limit: 1 << 16).bytes, as: UTF8.self)
        }
    }

    /// What the service was asked about interruptions: `stop s1`, `reset s1`.
    func told() -> [String] {
        service.entries().compactMap { entry in
            guard [.stop, .reset].contains(entry.event), let id = entry["id"]?.string else { return nil }
            return "\(entry.event.rawValue) \(id)"
        }
    }
}
