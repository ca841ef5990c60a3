import AGI
import Glibc
import Simulator
import System
import WebSocket

/// Both ends of a bridge in one process: its pipes and its voice socket.
final class DelayPeers {
    struct Unexpected: Error { let what: String }

    private let process: Subprocess
    private let commands: Pipe
    private let replies: Pipe
    private var lines = Lines()
    private var commandsReceived: [String] = []
    private var connections: [Connection] = []
    private var voice: Connection?
    private var assembler = Assembler(role: .server)

    private final class Connection {
        let socket: FileDescriptor
        var received: [UInt8] = []

        init(_ socket: consuming FileDescriptor) { self.socket = socket }
    }

    /// Starts a call and carries it to the open voice socket.
    init(_ program: String, _ world: AGIWorld, _ listener: borrowing StandIn.Listener) throws {
        commands = try Pipe()
        replies = try Pipe()
        process = try Subprocess(
            [program], environment: world.environment, input: replies.rawReader, output: commands.rawWriter)
        try Descriptor.writeWhole(replies.rawWriter, AGIWorld.block)
        // The bridge's first question: GET FULL VARIABLE "MARKER${...}".
        let question = try command().split(separator: "\"")
        guard question.count > 1, let marker = question[1].split(separator: "$").first else {
            throw Unexpected(what: "\(question)")
        }
        try reply("200 result=1 (\(marker)(ulaw))")
        try expect("WAIT FOR DIGIT -1")
        while voice == nil { try serve(listener) }
    }

    /// A key that the caller pressed, until its frame is there.
    func key() throws -> Double {
        let time = try milliseconds {
            try reply("200 result=53")
            guard case .text = try frame() else { throw Unexpected(what: "a frame") }
        }
        try expect("WAIT FOR DIGIT -1")
        return time
    }

    /// A message of the service, until its command is there.
    func message() throws -> Double {
        guard let voice else { throw AGIWorld.Silent() }
        let message = Frame.text(#"{"type":"response","text":"7"}"#).encoded(mask: nil)
        let time = try milliseconds {
            _ = try Descriptor.write(voice.socket.raw, message)
            try expect("SAY NUMBER 7 \"0123456789*#\"")
        }
        // WAIT FOR DIGIT was interrupted; the number is said.
        try reply("200 result=1")
        try reply("200 result=0")
        try expect("WAIT FOR DIGIT -1")
        return time
    }

    // MARK: Asterisk

    private func reply(_ line: String) throws { try Descriptor.writeWhole(replies.rawWriter, (line + "\n").utf8) }

    private func expect(_ expected: String) throws {
        let command = try command()
        if command != expected { throw Unexpected(what: command) }
    }

    private func command() throws -> String {
        while commandsReceived.isEmpty { commandsReceived += lines.receive(try read(commands.rawReader)) }
        return commandsReceived.removeFirst()
    }

    // MARK: The service

    private func frame() throws -> Assembler.Incoming? {
        guard let voice else { throw AGIWorld.Silent() }
        while true {
            if let incoming = assembler.receive(try read(voice.socket.raw)).first { return incoming }
        }
    }

    private func serve(_ listener: borrowing StandIn.Listener) throws {
        let waiting = [listener.raw] + connections.map { $0.socket.raw }
        let ready = try Poll.wait(for: waiting.map { Poll.Interest($0, .readable) }, timeout: .seconds(10))
        if ready.isEmpty { throw AGIWorld.Silent() }
        while let client = listener.accept() { connections.append(Connection(client)) }
        for connection in connections where ready[connection.socket.raw] != nil {
            connection.received += try read(connection.socket.raw)
            let text = String(decoding: connection.received, as: UTF8.self)
            if let answer = answer(text, on: connection) {
                connection.received = []
                try Descriptor.writeWhole(connection.socket.raw, answer)
            }
        }
    }

    /// What a whole request is answered.
    private func answer(_ request: String, on connection: Connection) -> [UInt8]? {
        if request.hasPrefix("POST /api/v1/auth "), request.hasSuffix("}") {
            return json(#"{"access_token":"token","expires_in":3600}"#)
        }
        if request.hasPrefix("POST /api/v1/sessions "), request.hasSuffix("}") { return json(#"{"id":"session"}"#) }
        guard request.hasSuffix("\r\n\r\n") else { return nil }
        let key = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("sec-websocket-key: ") }
        voice = connection
        return key.map { Handshake.serverResponse(key: String($0.dropFirst("Sec-WebSocket-Key: ".count))) }
    }

    private func json(_ body: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n\(body)".utf8)
    }

    private func read(_ descriptor: CInt) throws -> [UInt8] {
        let ready = try Poll.wait(for: [Poll.Interest(descriptor, .readable)], timeout: .seconds(10))
        guard !ready.isEmpty, case .bytes(let bytes) = try Descriptor.read(descriptor) else { throw AGIWorld.Silent() }
        return bytes
    }
}
