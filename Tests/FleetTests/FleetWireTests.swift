import Redis
import StandIn
import System
import Testbed
import Testing

@testable import Bridge
@testable import Transport

/// What goes over the wire, to servers that a test plays itself.
@Suite final class FleetWireTests {
    private let machine: TemporaryFolder
    private let listener: ListeningSocket
    private var server: FileDescriptor?

    init() throws {
        machine = try TemporaryFolder()
        listener = try ListeningSocket(port: 0)
    }

    private var url: String { "redis://127.0.0.1:\(listener.port)" }

    /// Polls until the link has connected, and until the whole of what it says first has come.
    private func firstWords(_ bench: FleetBench, until end: String) throws -> String {
        while true {
            try bench.turn([Poll.Interest(listener.raw, .readable)])
            guard let client = listener.accept() else { continue }
            var heard = ""
            try bench.turn {
                if case .bytes(let bytes) = try Descriptor.read(client.raw) {
                    heard += String(decoding: bytes, as: UTF8.self)
                }
                return heard.hasSuffix(end)
            }
            server = consume client
            return heard
        }
    }

    private func say(_ words: String) throws {
        try Descriptor.writeAll(
            server?.raw ?? -1, words.utf8, deadline: MonotonicClock.now() + .seconds(10))
    }

    @Test func nothingIsSentBeforeSomethingIsAsked() throws {
        let bench = try FleetBench(url, machine: machine)
        try bench.turn()
        #expect(bench.client.isIdle && bench.link.deadline == nil)
        if case .some = listener.accept() { Issue.record("it connected") }
    }

    @Test func whoWeAreAndTheFirstQuestionsAreOneWrite() throws {
        try machine.write("hunter2\n", to: "password")
        let bench = try FleetBench(
            "redis://me@127.0.0.1:\(listener.port)/2", ["password_file = \(machine.path("password"))"],
            machine: machine)
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        bench.link.tell(RedisCommand("INCR", "b"))
        let heard = try firstWords(bench, until: "INCR\r\n$1\r\nb\r\n")
        let greeting = RedisCommand("HELLO", "3", "AUTH", "me", "hunter2", "SETNAME", "cognigy-bridge")
        let all = [greeting, RedisCommand("SELECT", "2"), RedisCommand("GET", "a"), RedisCommand("INCR", "b")]
        #expect(heard == String(decoding: all.flatMap(\.bytes), as: UTF8.self))
        try say("%2\r\n+server\r\n+redis\r\n+version\r\n+9.9\r\n+OK\r\n$1\r\nx\r\n:1\r\n")
        try bench.turn { !answers.isEmpty }
        #expect(answers == [.text("x")])
        #expect(bench.link.version == "redis 9.9")
    }

    /// Redis before 6 answers so, password and all.
    @Test func whatAnOldServerRepeatsOfOurPasswordIsNotInTheLog() throws {
        try machine.write("xyz\n", to: "password")
        let bench = try FleetBench(url, ["password_file = \(machine.path("password"))"], machine: machine)
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        _ = try firstWords(bench, until: "GET\r\n$1\r\na\r\n")
        try say(
            "-ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `default`, `xyz`, \r\n")
        try bench.turn { !answers.isEmpty }
        #expect(answers == [nil])
        #expect(bench.logged.contains("HELLO 3") && bench.logged.contains("Redis 6"))
        #expect(!bench.logged.contains("xyz"))
    }

    @Test(arguments: ["+OK\r\n:1\r\n:2\r\n", "%0\r\n:1\r\n-LOADING Redis is loading the dataset in memory\r\n"])
    func anAnswerToNothingAndAnErrorToNobodyAreTheEnd(said: String) throws {
        let bench = try FleetBench(url, machine: machine)
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        _ = try firstWords(bench, until: "GET\r\n$1\r\na\r\n")
        try say(said)
        try bench.turn { bench.client.isIdle }
        #expect(answers == [.integer(1)])
        #expect(bench.logged.contains("is away"))
    }

    @Test func aServerThatIsLoadingIsAway() throws {
        let bench = try FleetBench(url, machine: machine)
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        bench.link.ask(RedisCommand("GET", "b")) { answers.append($0) }
        _ = try firstWords(bench, until: "GET\r\n$1\r\nb\r\n")
        try say("%0\r\n-LOADING Redis is loading the dataset in memory\r\n:2\r\n")
        try bench.turn { answers.count == 2 }
        #expect(answers == [nil, nil])
        #expect(bench.logged.contains("LOADING") && !bench.logged.contains("dataset"))
    }

    @Test func anAnswerThatIsLateIsNone() throws {
        let bench = try FleetBench(url, machine: machine)
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        _ = try firstWords(bench, until: "GET\r\n$1\r\na\r\n")
        try say("%0\r\n:1\r\n")
        try bench.turn { answers.count == 1 }
        bench.link.ask(RedisCommand("GET", "b")) { answers.append($0) }
        bench.ahead = .seconds(10)
        bench.link.ask(RedisCommand("GET", "c")) { answers.append($0) }
        bench.ahead = .seconds(19)
        bench.link.process([:], now: bench.link.clock())
        #expect(answers == [.integer(1)])
        // Both, though the second has had less time.
        bench.ahead = .seconds(21)
        bench.link.process([:], now: bench.link.clock())
        // It was this process that was late, so the answer may be there.
        #expect(answers == [.integer(1)])
        bench.ahead = .seconds(22)
        bench.link.process([:], now: bench.link.clock())
        #expect(answers == [.integer(1), nil, nil])
        #expect(bench.logged.contains("no answer within 20000 ms;"))
        #expect(bench.link.interests.isEmpty)
        // And whoever asks then does not wait.
        bench.link.ask(RedisCommand("GET", "d")) { answers.append($0) }
        bench.link.process([:], now: bench.link.clock())
        #expect(answers.count == 4 && bench.client.isIdle)
    }

    @Test func whoWaitsForPushesLooksWhetherTheServerLives() throws {
        let bench = try FleetBench(url, machine: machine)
        bench.link.keeps = true
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("SUBSCRIBE", "a")) { answers.append($0) }
        _ = try firstWords(bench, until: "SUBSCRIBE\r\n$1\r\na\r\n")
        try say("%0\r\n>3\r\n+subscribe\r\n+a\r\n:1\r\n")
        try bench.turn { answers.count == 1 }
        let silence = (bench.link.deadline ?? .zero) - bench.link.clock()
        #expect(silence > .seconds(1) && silence <= .seconds(30))
        for isAlive in [true, false] {
            bench.ahead += .seconds(31)
            var heard = ""
            try bench.turn {
                if case .bytes(let bytes) = try Descriptor.read(server?.raw ?? -1) {
                    heard += String(decoding: bytes, as: UTF8.self)
                }
                return heard == "*1\r\n$4\r\nPING\r\n"
            }
            if isAlive {
                try say("+PONG\r\n>3\r\n+message\r\n+a\r\n+x\r\n")
                try bench.turn { bench.pushed.count == 1 }
                #expect(bench.logged == "")
            }
        }
        bench.ahead += .seconds(21)
        try bench.turn { bench.isWaitingToComeBack }
        #expect(bench.logged.contains("is away"))
    }

    /// It would fill our memory.
    @Test func aServerThatDoesNotReadIsAway() throws {
        let bench = try FleetBench(url, machine: machine)
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        _ = try firstWords(bench, until: "GET\r\n$1\r\na\r\n")
        try say("%0\r\n:1\r\n")
        try bench.turn { answers.count == 1 }
        let piece = [UInt8](repeating: 0x78, count: 1 << 20)
        // More than the kernel takes for the two of us.
        for _ in 0..<64 { bench.link.tell(RedisCommand([Array("SET".utf8), [0x61], piece])) }
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        try bench.turn { answers.count == 2 }
        #expect(answers == [.integer(1), nil])
        #expect(bench.logged.contains("does not read"))
    }

    @Test func aByteAtATimeIsEnough() throws {
        let bench = try FleetBench(url, machine: machine)
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("GET", "a")) { answers.append($0) }
        _ = try firstWords(bench, until: "GET\r\n$1\r\na\r\n")
        for byte in "%1\r\n+version\r\n+7\r\n>2\r\n+message\r\n+x\r\n$2\r\nab\r\n".utf8 {
            try say(String(decoding: [byte], as: UTF8.self))
            try bench.turn()
        }
        try bench.turn { !answers.isEmpty }
        #expect(answers == [.text("ab")])
        #expect(bench.pushed == [[.text("message"), .text("x")]])
    }
}
