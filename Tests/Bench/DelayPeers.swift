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

    /// Starts a call and carries it to the open voice socket.
    init(_ program: String, _ world: AGIWorld, _ service: ReadyService) throws {
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
        return time
    }

    /// A message of the service, until its command is there.
    func message() throws -> Double {
        let message = Frame.text(#"{"type":"response","text":"7"}"#).encoded(mask: nil)
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
        while true {
            if let incoming = assembler.receive(try read(voice)).first { return incoming }
        }
    }

    private func read(_ descriptor: CInt) throws -> [UInt8] {
        let ready = try Poll.wait(for: [Poll.Interest(descriptor, .readable)], timeout: .seconds(10))
        guard !ready.isEmpty, case .bytes(let bytes) = try Descriptor.read(descriptor) else { throw AGIWorld.Silent() }
        return bytes
    }
}
