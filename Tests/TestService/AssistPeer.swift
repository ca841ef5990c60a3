import Glibc
import System
import Testbed
import WebSocket

/// Both ends of `assist` in one process: a service that takes no time, and the reader of the lines.
package final class AssistPeer {
    private let folder: TemporaryFolder
    private let service: ReadyService
    private let process: Subprocess
    private var output: Pipe
    private let stream: CInt
    /// That have come since the start.
    private var lines = 0
    private var heard = Assembler(role: .server)
    /// Answers to pings. They wait for the end of the frame that is being sent.
    private var pongs: [UInt8] = []

    /// Starts the program, and waits until its stream is open.
    package init(state: String? = nil) throws {
        folder = try TemporaryFolder()
        service = try ReadyService([
            "/api/v1/oauth/token": #"{"access_token":"token","expires_in":3600,"token_type":"Bearer"}"#,
            "/api/v1/agentassist/suggest":
                #"{"suggestions":[{"text":"I can look into that.","confidence":0.9,"source":"knowledge"}]}"#,
        ])
        output = try Pipe()
        process = try Subprocess(
            [Binary.path, "assist"],
            environment: [
                "COGNIGY_BASE_URL=http://127.0.0.1:\(service.port)", "COGNIGY_CLIENT_ID=demo",
                "COGNIGY_CLIENT_SECRET=demo-secret", "COGNIGY_PATHS_STATE=\(state ?? folder.path("state"))",
                "COGNIGY_PATHS_LOG=\(folder.path("log"))",
            ], output: output.rawWriter, errors: 2)
        output.writer = nil
        Descriptor.setNonBlocking(output.rawReader)
        stream = try service.open()
    }

    package var pid: pid_t { process.pid }
    package var log: String { (try? folder.text("log")) ?? "" }

    package var interests: [Poll.Interest] { service.interests + [Poll.Interest(stream, .readable)] }

    /// Answers what has come, between the times that are taken.
    package func step(_ ready: [CInt: Poll.Events]) throws {
        try answer(ready)
        try sendPongs()
    }

    private func answer(_ ready: [CInt: Poll.Events]) throws {
        try service.step(ready)
        guard ready[stream]?.contains(.readable) == true, case .bytes(let bytes) = try Descriptor.read(stream) else {
            return
        }
        for case .ping(let payload) in heard.receive(bytes) { pongs += Frame.pong(payload).encoded(mask: nil) }
    }

    private func sendPongs() throws {
        if pongs.isEmpty { return }
        try Descriptor.writeAll(stream, pongs, deadline: MonotonicClock.now() + .seconds(10))
        pongs = []
    }

    package static func update(_ interaction: String, _ transcript: String) -> [UInt8] {
        let payload =
            #"{"interactionId":"\#(interaction)","transcript":"\#(transcript)","sentimentScore":0,"agentId":"a1","context":{}}"#
        return Frame.text(#"{"type":"INTERACTION_UPDATE","payload":\#(payload)}"#).encoded(mask: nil)
    }

    /// A thousand updates of a hundred interactions, one in ten with a keyword; no question is asked twice in it.
    package static var thousand: [UInt8] {
        (0..<1000).flatMap { update("i\($0 % 100)", $0 % 10 == 0 ? "I want a refund, case \($0)" : "thank you") }
    }

    /// How long it takes until `count` updates have their lines. It reads as it sends, with a few thousand lines on their
    /// way at most: what a reader on a busy machine leaves unread would be lost.
    package func time(_ updates: [UInt8], times: Int = 1, lines count: Int) throws -> Duration {
        let goal = lines + count
        let start = MonotonicClock.now()
        var left = times
        var rest = updates[...]
        while lines < goal {
            if rest.count == updates.count { try sendPongs() }
            var interests = self.interests + [Poll.Interest(output.rawReader, .readable)]
            let unread = goal - lines - left * (count / times)
            if left > 0, unread <= 2 * (count / times) { interests.append(Poll.Interest(stream, .writable)) }
            let ready = try Poll.wait(for: interests, timeout: .seconds(10))
            if ready.isEmpty { throw ReadyService.Silent() }
            try answer(ready)
            if ready[stream]?.contains(.writable) == true {
                rest = rest.dropFirst(try Descriptor.write(stream, rest))
                if rest.isEmpty { (left, rest) = (left - 1, updates[...]) }
            }
            try read()
        }
        return MonotonicClock.now() - start
    }

    private func read() throws {
        while case .bytes(let bytes) = try Descriptor.read(output.rawReader, limit: 65_536) {
            lines += bytes.count { $0 == UInt8(ascii: "\n") }
        }
    }
}
