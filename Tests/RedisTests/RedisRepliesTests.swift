import Glibc
import Testing

@testable import Redis

@Suite struct RedisRepliesTests {
    private func read(_ text: String) throws -> [RedisReply] {
        var replies = RedisReplies()
        return try replies.receive(Array(text.utf8))
    }

    private func text(_ text: String) -> RedisReply { .text(Array(text.utf8)) }

    /// As Redis 7.0 and the specification of RESP3 write them.
    private static let samples: [(String, RedisReply)] = [
        ("+PONG\r\n", .text(Array("PONG".utf8))),
        ("+\r\n", .text([])),
        ("-WRONGTYPE Operation against a key\r\n", .error("WRONGTYPE Operation against a key")),
        (":-42\r\n", .integer(-42)),
        ("$5\r\na\r\nb\0\r\n", .text(Array("a\r\nb\0".utf8))),
        ("$0\r\n\r\n", .text([])),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("_\r\n", .null),
        ("#t\r\n", .integer(1)),
        ("#f\r\n", .integer(0)),
        (",1.23e4\r\n", .text(Array("1.23e4".utf8))),
        (",inf\r\n", .text(Array("inf".utf8))),
        (
            "(3492890328409238509324850943850943825024385\r\n",
            .text(Array("3492890328409238509324850943850943825024385".utf8))
        ),
        ("!21\r\nSYNTAX invalid syntax\r\n", .error("SYNTAX invalid syntax")),
        ("=15\r\ntxt:Some string\r\n", .text(Array("Some string".utf8))),
        ("*0\r\n", .list([])),
        ("*3\r\n:1\r\n_\r\n*1\r\n$1\r\nx\r\n", .list([.integer(1), .null, .list([.text([0x78])])])),
        ("~2\r\n+a\r\n+b\r\n", .list([.text([0x61]), .text([0x62])])),
        ("%2\r\n+a\r\n:1\r\n+b\r\n%0\r\n", .list([.text([0x61]), .integer(1), .text([0x62]), .list([])])),
        (">2\r\n+message\r\n$1\r\nx\r\n", .push([.text(Array("message".utf8)), .text([0x78])])),
        ("|1\r\n+ttl\r\n:3600\r\n*2\r\n|0\r\n:1\r\n|1\r\n+a\r\n*1\r\n_\r\n:2\r\n", .list([.integer(1), .integer(2)])),
    ]

    @Test func everyKindIsRead() throws {
        for (bytes, reply) in Self.samples { #expect(try read(bytes) == [reply], "\(bytes)") }
    }

    @Test func everyCutLeadsToTheSame() throws {
        let bytes = Array(Self.samples.map(\.0).joined().utf8)
        let expected = Self.samples.map(\.1)
        for cut in 0...bytes.count {
            var replies = RedisReplies()
            let first = try replies.receive(Array(bytes[..<cut]))
            #expect(first + (try replies.receive(Array(bytes[cut...]))) == expected, "\(cut)")
        }
        var replies = RedisReplies()
        var all: [RedisReply] = []
        for byte in bytes { all += try replies.receive([byte]) }
        #expect(all == expected)
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\r\n", "\n", "+OK\n", "+a\rb\r\n", ":\r\n",
        ":1x\r\n",
        ":9223372036854775808\r\n", "#1\r\n", "_0\r\n", "$\r\n", "$-2\r\n", "$+1\r\n", "$?\r\n", "*?\r\n", "%?\r\n",
        "$1\r\nab\r\n", "$1\r\na\rb", "=3\r\ntxt\r\n", "=4\r\ntxtx\r\n", ">0\r\n", "*1\r\n>1\r\n", "*-2\r\n", ";0\r\n",
        ".\r\n",
    ])
    func whatIsNoRESP3IsAFlawForEver(bytes: String) throws {
        var replies = RedisReplies()
        #expect(throws: RedisReplies.Flaw.self) { try replies.receive(Array(bytes.utf8)) }
        #expect(throws: RedisReplies.Flaw.self) { try replies.receive(Array("+OK\r\n".utf8)) }
    }

    @Test func whatCameBeforeAFlawCounts() throws {
        var replies = RedisReplies()
        #expect(try replies.receive(Array("+OK\r\n:1\r\nfoo\r\n".utf8)) == [text("OK"), .integer(1)])
        #expect(replies.flaw != nil)
        #expect(throws: RedisReplies.Flaw.self) { try replies.receive([]) }
    }

    @Test func aStringMayHaveOneMebibyte() throws {
        let longest = String(repeating: "x", count: 1 << 20)
        #expect(try read("$\(1 << 20)\r\n\(longest)\r\n") == [text(longest)])
        #expect(throws: RedisReplies.Flaw.self) { try read("$\((1 << 20) + 1)\r\n") }
    }

    @Test func aLineMayHave64Kibibytes() throws {
        let longest = String(repeating: "x", count: (1 << 16) - 1)
        #expect(try read("+\(longest)\r\n") == [text(longest)])
        #expect(throws: RedisReplies.Flaw.self) { try read("+x\(longest)\r\n") }
        // Also before its end.
        #expect(try read("+\(longest)\r") == [])
        #expect(throws: RedisReplies.Flaw.self) { try read("+x\(longest)\r") }
    }

    @Test func aListMayHave1024Elements() throws {
        let most = String(repeating: "_\r\n", count: 1024)
        #expect(try read("*1024\r\n\(most)") == [.list(Array(repeating: .null, count: 1024))])
        #expect(try read("%512\r\n\(most)") == [.list(Array(repeating: .null, count: 1024))])
        #expect(throws: RedisReplies.Flaw.self) { try read("*1025\r\n") }
        #expect(throws: RedisReplies.Flaw.self) { try read("%513\r\n") }
    }

    @Test func listsMayBeEightDeep() throws {
        func nested(_ depth: Int) -> String { String(repeating: "*1\r\n", count: depth) + "_\r\n" }
        #expect(try read(nested(8)).count == 1)
        #expect(throws: RedisReplies.Flaw.self) { try read(nested(9)) }
        #expect(throws: RedisReplies.Flaw.self) { try read(String(repeating: "*1\r\n", count: 8) + "*0\r\n") }
    }

    @Test func aReplyMayHaveTwoMebibytes() throws {
        let half = "$\((1 << 20) - 14)\r\n\(String(repeating: "x", count: (1 << 20) - 14))\r\n"
        // 4 for the list, twice 10 + 2 around the strings.
        let whole = "*2\r\n" + half + half
        #expect(whole.utf8.count == 2 << 20)
        #expect(try read(whole).count == 1)
        #expect(throws: RedisReplies.Flaw.self) { try read("*3\r\n" + half + half + "_\r\n") }
        // The next reply begins anew, and what is skipped counts.
        #expect(try read(whole + whole).count == 2)
        #expect(throws: RedisReplies.Flaw.self) { try read("|1\r\n" + half + half + "_\r\n") }
    }

    /// A mebibyte in single bytes takes sixteen times as long as a sixteenth of it; squared it would take 256 times.
    @Test func aDripIsReadInTime() throws {
        let part = try cpuTime { try drip(1 << 16) }
        let whole = try cpuTime { try drip(1 << 20) }
        #expect(whole < 64 * part)
    }

    private func drip(_ size: Int) throws {
        var replies = RedisReplies()
        var count = 0
        for byte in "$\(size)\r\n".utf8 { _ = try replies.receive([byte]) }
        for _ in 0..<size { count += try replies.receive([0x78]).count }
        #expect(count == 0)
        #expect(try replies.receive([13, 10]).count == 1)
    }

    @Test func theLongestLineMayComeInSingleBytes() throws {
        var replies = RedisReplies()
        var count = 0
        for byte in "+\(String(repeating: "x", count: (1 << 16) - 1))\r\n".utf8 {
            count += try replies.receive([byte]).count
        }
        #expect(count == 1)
    }

    /// Of this thread, whatever else the machine does.
    private func cpuTime(_ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        let start = now()
        try body()
        return now() - start
    }
}
