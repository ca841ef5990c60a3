import AGI
import Glibc
import TestService
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
    private let world: AGIWorld
    private let service: ReadyService
    private var voice: CInt = -1
    private var assembler = Assembler(role: .server)
    private var frames: [Assembler.Incoming] = []
    private let isEndpoint: Bool

    /// Starts a call and carries it to the open voice socket, or to the flow of an endpoint that has greeted.
    init(_ program: String, _ world: AGIWorld, _ service: ReadyService, isEndpoint: Bool = false) throws {
        self.isEndpoint = isEndpoint
        self.world = world
        self.service = service
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
        // Variables are set and cleared before the call waits.
        try answerUntilItWaits()
        voice = try service.open()
        if isEndpoint { try greet() }
        // The session's name goes to the dialplan.
        try answerUntilItWaits()
    }

    /// Answers commands until the bridge waits for keys. The stream of silence in which it waits says nothing when it is
    /// interrupted.
    private func answerUntilItWaits() throws {
        while true {
            let command = try command()
            if isWait(command) { return }
            try reply("200 result=0")
        }
    }

    /// Plays the server of an endpoint up to the end of the first turn.
    private func greet() throws {
        for text in [#"0{"sid":"x","pingInterval":60000,"pingTimeout":60000}"#, "40", #"420["handshake"]"#] {
            try say(text)
        }
        _ = try frame()
        try say(#"42["endpoint-ready"]"#)
        _ = try frame()
        try say(Self.turnEnd)
    }

    private static let turnEnd = #"42["finalPing",{"type":"regular"}]"#

    private func say(_ text: String) throws { _ = try Descriptor.write(voice, Frame.text(text).encoded(mask: nil)) }

    private func isWait(_ command: String) -> Bool {
        command.hasPrefix("STREAM FILE") && command.hasSuffix(" \(Command.silenceOffset)")
    }

    private func expectWait() throws {
        let command = try command()
        if !isWait(command) { throw Unexpected(what: command) }
    }

    /// A key that the caller pressed, until its frame is there.
    func key() throws -> Double {
        let time = try milliseconds {
            try reply("200 result=53 endpos=\(Command.silenceOffset + 160)")
            guard case .text = try frame() else { throw Unexpected(what: "a frame") }
        }
        try expectWait()
        if isEndpoint { try say(Self.turnEnd) }
        return time
    }

    /// A message of the service, until its command is there.
    func message() throws -> Double {
        let text =
            isEndpoint
            ? #"42["output",{"type":"output","data":{"text":"7","data":{}}}]"# : #"{"type":"response","text":"7"}"#
        let message = Frame.text(text).encoded(mask: nil)
        let time = try milliseconds {
            _ = try Descriptor.write(voice, message)
            try expect("SAY NUMBER 7 \"0123456789*#\"")
        }
        try reply("200 result=0")
        try expectWait()
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
        while frames.isEmpty { frames += assembler.receive(try read(voice)) }
        return frames.removeFirst()
    }

    private func read(_ descriptor: CInt) throws -> [UInt8] {
        let ready = try Poll.wait(for: [Poll.Interest(descriptor, .readable)], timeout: .seconds(10))
        guard !ready.isEmpty, case .bytes(let bytes) = try Descriptor.read(descriptor) else { throw AGIWorld.Silent() }
        return bytes
    }
}
