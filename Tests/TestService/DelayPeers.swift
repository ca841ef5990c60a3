import AGI
import Glibc
import System
import Testbed
import WebSocket

/// Both ends of a bridge in one process: its pipes and its voice socket.
package final class DelayPeers {
    struct Unexpected: Error { let what: String }

    private var process: Subprocess
    private let commands: Pipe
    private var replies: Pipe
    private var lines = Lines()
    private var commandsReceived: [String] = []
    private let world: AGIWorld
    private let service: ReadyService
    private var voice: CInt = -1
    private var assembler = Assembler(role: .server)
    private var frames: [Assembler.Incoming] = []
    private let isEndpoint: Bool

    /// Starts a call and carries it to the open voice socket, or to the flow of an endpoint that has greeted.
    package init(_ command: [String], _ world: AGIWorld, _ service: ReadyService, isEndpoint: Bool = false) throws {
        self.isEndpoint = isEndpoint
        self.world = world
        self.service = service
        commands = try Pipe()
        replies = try Pipe()
        process = try Subprocess(
            command, environment: world.environment, input: replies.rawReader, output: commands.rawWriter)
        try Descriptor.writeWhole(replies.rawWriter, AGIWorld.block)
        // The bridge's first question: GET FULL VARIABLE "MARKER${...}".
        let question = try self.command().split(separator: "\"")
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
    package func key() throws -> Double {
        let time = try milliseconds {
            try reply("200 result=53 endpos=\(Command.silenceOffset + 160)")
            guard case .text = try frame() else { throw Unexpected(what: "a frame") }
        }
        try expectWait()
        if isEndpoint { try say(Self.turnEnd) }
        return time
    }

    /// A message of the service, until its command is there.
    package func message() throws -> Double {
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

    /// Asterisk reads no more, and the program has something to say in place of what stays unread: until it gives up. How
    /// often it went to sleep in that time.
    package func sleepsWithoutReading() throws -> Int {
        try reply("200 result=53 endpos=\(Command.silenceOffset + 160)")
        _ = try frame()
        // The wait that follows the key is in the pipe.
        _ = try Poll.wait(for: [Poll.Interest(commands.rawReader, .readable)], timeout: .seconds(10))
        let before = try sleeps(of: process.pid)
        try say(#"{"type":"response","text":"7"}"#)
        let ending = try process.ending()
        let ended = try Poll.wait(for: [Poll.Interest(ending.raw, .readable)], timeout: .seconds(60))
        if ended.isEmpty { throw Unexpected(what: "a program that waits for ever") }
        return try sleeps(of: process.pid) - before
    }

    /// The caller is gone: until the program has ended.
    package func end() {
        replies.writer = nil
        process.wait()
    }

    // MARK: A voice over HTTP, of 16 kHz

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: audio/l16\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(milliseconds: Int) -> [UInt8] {
        let sound = [UInt8](repeating: 1, count: 32 * milliseconds)
        return Array("\(String(sound.count, radix: 16))\r\n".utf8) + sound + Array("\r\n".utf8)
    }

    /// A message of the service with new words, until the voice is asked for them; then the voice's first `early`
    /// milliseconds, until they are played. nil: the whole answer.
    package func words(_ text: String, early: Int?) throws -> (ask: Double, play: Double) {
        let message =
            isEndpoint
            ? #"42["output",{"type":"output","data":{"text":"\#(text)","data":{}}}]"#
            : #"{"type":"response","text":"\#(text)"}"#
        let frame = Frame.text(message).encoded(mask: nil)
        var voice: CInt = -1
        let ask = try milliseconds {
            _ = try Descriptor.write(self.voice, frame)
            voice = try service.request()
        }
        let end = Array("0\r\n\r\n".utf8)
        let first = Array(Self.head.utf8) + Self.chunk(milliseconds: early ?? 300)
        var file = ""
        let play = try milliseconds {
            _ = try Descriptor.write(voice, first + (early == nil ? end : []))
            let command = try command()
            file = command.split(separator: "\"").dropFirst().first.map { "\($0).sln" } ?? ""
            if !command.hasPrefix("STREAM FILE") || isWait(command) { throw Unexpected(what: command) }
        }
        if early != nil { _ = try Descriptor.write(voice, Self.chunk(milliseconds: 200) + end) }
        // The caller hears it to its end: 300 ms of 8 kHz.
        var status = stat()
        if !eventually({ stat(file, &status) == 0 && status.st_size >= 4800 }) { throw Unexpected(what: file) }
        try reply("200 result=0 endpos=\(status.st_size / 2)")
        try expectWait()
        return (ask, play)
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

    private func milliseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = MonotonicClock.now()
        try body()
        return (MonotonicClock.now() - start).inSeconds * 1000
    }

    private func read(_ descriptor: CInt) throws -> [UInt8] {
        let ready = try Poll.wait(for: [Poll.Interest(descriptor, .readable)], timeout: .seconds(10))
        guard !ready.isEmpty, case .bytes(let bytes) = try Descriptor.read(descriptor) else { throw AGIWorld.Silent() }
        return bytes
    }
}
