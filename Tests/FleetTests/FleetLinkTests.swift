import Configuration
import Redis
import StandIn
import State
import System
import Testbed
import TestService
import Testing

@testable import Bridge
@testable import Transport

/// Against a real Redis.
@Suite(.enabled(if: RedisServer.isThere, "no Redis to be had: make test unpacks one")) struct FleetLinkTests {
    private let server: TemporaryFolder
    private let machine: TemporaryFolder

    init() throws { (server, machine) = (try TemporaryFolder(), try TemporaryFolder()) }

    @Test func withoutAnAddressThereIsNoLink() throws {
        let client = try #require(HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: nil))
        #expect(FleetLink(Settings(), client: client, folder: nil, log: Log(target: .off, level: .error)) == nil)
    }

    // MARK: Ways

    @Test func questionsAreAnsweredInOrderOverTCP() throws {
        let redis = try RedisServer(in: server)
        let bench = try FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine)
        #expect(
            try bench.answers(RedisCommand("SET", "a", "1"), RedisCommand("INCR", "a"), RedisCommand("GET", "b"))
                == [.text("OK"), .integer(2), .null])
        #expect(bench.link.version?.hasPrefix("redis ") == true)
        #expect(try bench.answer("CLIENT", "GETNAME") == .text("cognigy-bridge"))
        #expect(bench.logged == "")
    }

    @Test func aSocketOfThisMachineIsAWay() throws {
        let redis = try RedisServer(in: server, .password("hunter2"))
        try machine.write("hunter2\n", to: "password")
        let bench = try FleetBench(
            "unix://\(redis.socket)?db=3", ["password_file = \(machine.path("password"))"], machine: machine)
        #expect(try bench.answer("SET", "a", "1") == .text("OK"))
        let other = try FleetBench(
            "redis://127.0.0.1:\(redis.port)/3", ["password_file = \(machine.path("password"))"], machine: machine)
        #expect(try other.answer("GET", "a") == .text("1"))
        let elsewhere = try FleetBench(
            "redis://127.0.0.1:\(redis.port)", ["password_file = \(machine.path("password"))"], machine: machine)
        #expect(try elsewhere.answer("GET", "a") == .null)
        // More than the kernel takes at once.
        let huge = String(repeating: "x", count: 1 << 20)
        #expect(try bench.answers(RedisCommand("SET", "b", huge), RedisCommand("GET", "b"))[1] == .text(huge))
    }

    @Test func aUserOverTLSIsAWay() throws {
        let redis = try RedisServer(in: server, .user("fleet", password: "hunter2"), isSecure: true)
        try machine.write("hunter2\n", to: "password")
        let bench = try FleetBench(
            "rediss://fleet@127.0.0.1:\(redis.port)",
            ["password_file = \(machine.path("password"))", "ca_file = \(redis.authority)"], machine: machine)
        #expect(try bench.answer("ACL", "WHOAMI") == .text("fleet"))
        // More than one record of TLS, and more than one portion.
        let huge = String(repeating: "x", count: 1 << 20)
        #expect(try bench.answers(RedisCommand("SET", "a", huge), RedisCommand("GET", "a"))[1] == .text(huge))
        #expect(try bench.answer("PING") == .text("PONG"))
    }

    // MARK: Away

    /// Says that it is away in one line, and that the next process of this machine asks nobody.
    private func expectAway(_ bench: FleetBench, _ words: String, sourceLocation: SourceLocation = #_sourceLocation)
        throws
    {
        #expect(
            try bench.answers(RedisCommand("GET", "a"), RedisCommand("GET", "b")) == [nil, nil],
            sourceLocation: sourceLocation)
        #expect(try bench.answer("GET", "c") == nil, sourceLocation: sourceLocation)
        let lines = bench.logged.split(separator: "\n").filter { $0.contains("is away") }
        #expect(lines.count == 1, "\(bench.logged)", sourceLocation: sourceLocation)
        #expect(lines.first?.contains(words) == true, "\(bench.logged)", sourceLocation: sourceLocation)
        #expect(lines.first?.contains("warning") == true, sourceLocation: sourceLocation)
        #expect(!bench.logged.contains("hunter2"), sourceLocation: sourceLocation)
    }

    private func expectNobodyAsks(_ bench: FleetBench) throws {
        var answered = false
        bench.link.ask(RedisCommand("GET", "a")) {
            #expect($0 == nil)
            answered = true
        }
        #expect(!answered && bench.link.interests.isEmpty && bench.link.deadline == .zero)
        bench.link.process([:], now: MonotonicClock.now())
        #expect(answered && bench.client.isIdle)
        #expect(bench.link.loss == .known)
    }

    @Test func aWrongPasswordIsAway() throws {
        let redis = try RedisServer(in: server, .password("hunter2"))
        try machine.write("hunter22\n", to: "password")
        let url = "redis://127.0.0.1:\(redis.port)"
        try expectAway(FleetBench(url, ["password_file = \(machine.path("password"))"], machine: machine), "WRONGPASS")
        // Whoever mends it need not wait until the breaker closes.
        try machine.write("hunter2\n", to: "password")
        let mended = try FleetBench(url, ["password_file = \(machine.path("password"))"], machine: machine)
        #expect(try mended.answer("PING") == .text("PONG"))
    }

    @Test func aMissingPasswordIsAway() throws {
        let redis = try RedisServer(in: server, .password("hunter2"))
        try expectAway(FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine), "password")
    }

    @Test func aCertificateThatNobodyTrustsIsAway() throws {
        let redis = try RedisServer(in: server, isSecure: true)
        let url = "rediss://127.0.0.1:\(redis.port)"
        try expectAway(FleetBench(url, ["ca_file = \(redis.wrongAuthority)"], machine: machine), "certificate")
        let right = try FleetBench(url, ["ca_file = \(redis.authority)"], machine: machine)
        #expect(try right.answer("PING") == .text("PONG"))
    }

    @Test func aServerThatIsStoppedIsWaitedForOnceByTheWholeMachine() throws {
        let redis = try RedisServer(in: server)
        let url = "redis://127.0.0.1:\(redis.port)"
        redis.stop()
        let began = MonotonicClock.now()
        let first = try FleetBench(url, machine: machine, timeout: .milliseconds(50))
        try expectAway(first, "no answer")
        #expect(MonotonicClock.now() - began >= .milliseconds(50))
        try expectNobodyAsks(FleetBench(url, machine: machine, timeout: .seconds(60)))
        // The first process that comes after the pause tries for all.
        redis.goOn()
        let probe = try FleetBench(url, machine: machine)
        probe.ahead = .seconds(11)
        #expect(try probe.answer("PING") == .text("PONG"))
        let next = try FleetBench(url, machine: machine)
        #expect(try next.answer("PING") == .text("PONG"))
    }

    @Test func aServerThatPausesItsClientsIsAway() throws {
        let redis = try RedisServer(in: server)
        let url = "redis://127.0.0.1:\(redis.port)"
        #expect(
            try FleetBench(url, machine: machine).answer("CLIENT", "PAUSE", "100000", "ALL") == .text("OK"))
        try expectAway(
            FleetBench(url, machine: machine, timeout: .milliseconds(50)), "no answer within 50 ms of connecting")
        try expectNobodyAsks(FleetBench(url, machine: machine))
        redis.end()
    }

    @Test func nobodyWhoListensIsAway() throws {
        let redis = try RedisServer(in: server)
        redis.end()
        try expectAway(FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine), "Connection refused")
        try expectAway(FleetBench("unix://\(redis.socket)", machine: try TemporaryFolder()), "refused")
        try expectAway(FleetBench("unix://\(server.path("none"))", machine: try TemporaryFolder()), "No such file")
    }

    @Test func aServerThatIsNoRedisIsAway() throws {
        let listener = try ListeningSocket(port: 0)
        let bench = try FleetBench("redis://127.0.0.1:\(listener.port)", machine: machine)
        var answer: RedisReply?? = .none
        bench.link.ask(RedisCommand("GET", "a")) { answer = .some($0) }
        while answer == nil {
            try bench.turn([Poll.Interest(listener.raw, .readable)]) { _ in
                guard let client = listener.accept() else { return }
                try Descriptor.writeAll(
                    client.raw, "HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n".utf8,
                    deadline: MonotonicClock.now() + .seconds(10))
            }
        }
        #expect(answer == .some(nil))
        #expect(bench.logged.contains("no RESP3"))
        #expect(!bench.logged.contains("nginx"))
    }

    @Test func memoryThatIsFullIsAwayAndAWrongQuestionIsNot() throws {
        let redis = try RedisServer(in: server)
        let bench = try FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine)
        #expect(try bench.answer("LPUSH", "list", "1") == .integer(1))
        let wrong = try bench.answer("GET", "list")
        #expect(wrong?.errorCode == "WRONGTYPE")
        #expect(try bench.answer("EVALSHA", "0000000000000000000000000000000000000000", "0")?.errorCode == "NOSCRIPT")
        #expect(try bench.answer("CONFIG", "SET", "maxmemory", "1") == .text("OK"))
        #expect(try bench.answer("SET", "a", "1") == nil)
        #expect(bench.logged.contains("OOM"))
    }

    @Test func aReplicaIsAwayForWhoWrites() throws {
        let redis = try RedisServer(in: server, options: ["replicaof 127.0.0.1 1"])
        let bench = try FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine)
        #expect(try bench.answer("GET", "a") == .null)
        #expect(try bench.answer("SET", "a", "1") == nil)
        #expect(bench.logged.contains("READONLY"))
    }

    @Test func aUserWithFewRightsIsToldByEachQuestion() throws {
        let redis = try RedisServer(
            in: server, options: ["user few on >hunter2 ~few:* resetchannels &few:* +@all"])
        try machine.write("hunter2\n", to: "password")
        let bench = try FleetBench(
            "redis://few@127.0.0.1:\(redis.port)", ["password_file = \(machine.path("password"))"], machine: machine)
        let answers = try bench.answers(
            RedisCommand("SET", "few:a", "1"), RedisCommand("SET", "a", "1"), RedisCommand("SUBSCRIBE", "a"),
            RedisCommand("SUBSCRIBE", "few:a"), RedisCommand("GET", "few:a"))
        #expect(answers.map { $0?.errorCode } == [nil, "NOPERM", "NOPERM", nil, nil])
        #expect(answers.last == .text("1"))
    }

    @Test func anOldServerIsAway() throws {
        let redis = try RedisServer(in: server, .password("hunter2"), options: ["rename-command HELLO \"\""])
        try machine.write("hunter2\n", to: "password")
        try expectAway(
            FleetBench(
                "redis://127.0.0.1:\(redis.port)", ["password_file = \(machine.path("password"))"], machine: machine),
            "does not know HELLO 3")
    }

    @Test func aServerWithoutRoomIsAway() throws {
        let redis = try RedisServer(in: server, options: ["maxclients 1"])
        let url = "redis://127.0.0.1:\(redis.port)"
        let first = try FleetBench(url, machine: machine)
        #expect(try first.answer("PING") == .text("PONG"))
        try expectAway(FleetBench(url, machine: machine), "no more clients")
    }

    @Test func aReplyBeyondAllBoundsIsAway() throws {
        let redis = try RedisServer(in: server)
        let bench = try FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine)
        #expect(try bench.answer("SETRANGE", "a", "\(1 << 20)", "x") == .integer((1 << 20) + 1))
        #expect(try bench.answer("GET", "a") == nil)
        #expect(bench.logged.contains("more than 1048576"))
    }

    // MARK: What breaks, and comes back

    @Test func aConnectionThatWasClosedIsMadeAnewByTheNextQuestion() throws {
        let redis = try RedisServer(in: server)
        let url = "redis://127.0.0.1:\(redis.port)"
        let bench = try FleetBench(url, machine: machine)
        let other = try FleetBench(url, machine: machine)
        for _ in 0..<3 {
            #expect(try bench.answer("PING") == .text("PONG"))
            #expect(try other.answer("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes") == .integer(1))
            try bench.turn { bench.link.interests.isEmpty }
        }
        #expect(try bench.answer("PING") == .text("PONG"))
        #expect(bench.logged == "")
    }

    @Test func aServerThatIsBackIsAskedAgainAfterAWhile() throws {
        var redis = try RedisServer(in: server)
        let bench = try FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine)
        #expect(try bench.answer("PING") == .text("PONG"))
        redis.end()
        try bench.turn { bench.link.interests.isEmpty }
        try expectAway(bench, "refused")
        redis = try RedisServer(in: server, port: redis.port)
        #expect(try bench.answer("PING") == nil)
        bench.ahead = .seconds(11)
        #expect(try bench.answer("PING") == .text("PONG"))
        #expect(bench.logged.contains("there again"))
    }

    @Test func whoWaitsForPushesComesBackByHimself() throws {
        var redis = try RedisServer(in: server)
        let url = "redis://127.0.0.1:\(redis.port)"
        let bench = try FleetBench(url, machine: machine)
        bench.link.keeps = true
        let subscribe = RedisCommand("SUBSCRIBE", "a", "b")
        #expect(
            try bench.answers(RedisCommand("PING"), subscribe, RedisCommand("PING"))[1]
                == .list([.text("subscribe"), .text("b"), .integer(2)]))
        let other = try FleetBench(url, machine: machine)
        #expect(try other.answer("PUBLISH", "b", "hello") == .integer(1))
        try bench.turn { !bench.pushed.isEmpty }
        #expect(bench.pushed == [[.text("message"), .text("b"), .text("hello")]])
        // Also between an answer and its question.
        bench.link.tell(RedisCommand("PUBLISH", "a", "self"))
        #expect(try bench.answer("PING") == .text("PONG"))
        #expect(bench.pushed.count == 2)

        redis.end()
        try bench.turn { bench.link.interests.isEmpty }
        // It tries for itself while it is away: each time later.
        var tries: [Duration] = []
        for _ in 0..<7 {
            try bench.turn { bench.link.interests.isEmpty && bench.isWaitingToComeBack }
            let wait = (bench.link.deadline ?? .zero) - bench.link.clock()
            tries.append(wait)
            bench.ahead += max(wait, .zero)
            try bench.turn()
        }
        for (wait, expected) in zip(tries, [1, 2, 4, 8, 16, 30, 30]) {
            #expect(
                wait <= .seconds(Double(expected) * 1.25)
                    && wait >= .seconds(Double(expected) * 0.75) - .milliseconds(200))
        }
        redis = try RedisServer(in: server, port: redis.port)
        #expect(bench.reconnections == 0)
        var wasAnswered = false
        bench.link.reconnected = { bench.link.ask(subscribe) { wasAnswered = $0 != nil } }
        try bench.turn {
            if bench.isWaitingToComeBack { bench.ahead += .seconds(60) }
            return wasAnswered
        }
        // And for all other processes.
        let next = try FleetBench(url, machine: machine)
        #expect(try next.answer("PUBLISH", "b", "again") == .integer(1))
        try bench.turn { bench.pushed.count == 3 }
    }

    // MARK: The end

    @Test func whatWasToldLastArrives() throws {
        let redis = try RedisServer(in: server)
        let url = "redis://127.0.0.1:\(redis.port)"
        let bench = try FleetBench(url, machine: machine)
        for _ in 0..<100 { bench.link.tell(RedisCommand("INCR", "a")) }
        bench.link.flush(within: .seconds(2))
        bench.link.finish()
        let other = try FleetBench(url, machine: machine)
        #expect(try other.answer("GET", "a") == .text("100"))
    }

    @Test func theEndDoesNotWaitForAServerThatIsStopped() throws {
        let redis = try RedisServer(in: server)
        let bench = try FleetBench("redis://127.0.0.1:\(redis.port)", machine: machine, timeout: .milliseconds(50))
        redis.stop()
        var answers: [RedisReply?] = []
        bench.link.ask(RedisCommand("PING")) { answers.append($0) }
        let began = MonotonicClock.now()
        bench.link.flush(within: .seconds(60))
        bench.link.finish()
        #expect(MonotonicClock.now() - began < .seconds(10))
        #expect(answers == [nil])
        bench.link.ask(RedisCommand("PING")) { answers.append($0) }
        bench.link.process([:], now: MonotonicClock.now())
        #expect(answers == [nil, nil])
    }
}
