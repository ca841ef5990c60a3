import HTTP
import System
import Testbed
import Testing
import WebSocket

@testable import Transport

@Suite struct WebSocketHandshakeTests {
    private func isClosed(_ event: SocketEvent?, _ reason: String) -> Bool {
        if case .closed(nil, let text) = event { text.contains(reason) } else { false }
    }

    @Test func nothingIsSaidBeforeTheUpgradeIsAskedFor() throws {
        let line = try VoiceLine()
        try line.connect()
        for _ in 0..<3 { line.turn(.milliseconds(20)) }
        #expect(try line.server.received == [])
        #expect(!line.socket.isOpen && !line.socket.isOver)
        #expect(line.socket.send("early") == nil)
        #expect(line.socket.ping() == nil)
        line.turn(.milliseconds(20))
        #expect(try line.server.received == [])
    }

    @Test func theRequestIsTheHandshakesOwnWithTheCallsHeaders() throws {
        let line = try VoiceLine()
        try line.connect()
        _ = line.socket.upgrade(path: "/api/v1/sessions/s/voice", headers: [.bearer("t0k")])
        try line.turn { try line.server.head != nil }
        let lines = try #require(try line.server.head).split(separator: "\r\n")
        #expect(lines.first == "GET /api/v1/sessions/s/voice HTTP/1.1")
        #expect(lines.contains("Host: 127.0.0.1:\(line.wire.server.port)"))
        #expect(lines.last == "Authorization: Bearer t0k")
    }

    @Test(arguments: ["t0k\r\nX-Forged: 1", "t0k\n", "\u{0}"])
    func aHeaderThatCouldForgeAnotherIsNotSent(_ token: String) throws {
        let line = try VoiceLine()
        try line.connect()
        let event = line.socket.upgrade(path: "/voice", headers: [.bearer(token)])
        #expect(isClosed(event, "handshake"))
        #expect(line.socket.isOver)
        try line.wire.turn { try line.server.isEnded }
        #expect(try line.server.received == [])
    }

    /// And a first message right behind the blank line.
    @Test func theAnswerMayBeCutAnywhere() throws {
        let length = try VoiceLine().ask().count
        for cut in 1..<length + 4 {
            let line = try VoiceLine()
            let bytes = try line.ask() + Frame.text("hi").encoded(mask: nil)
            try line.server(sends: Array(bytes[..<cut]))
            // The first part is read before the second is on its way.
            let descriptor = try #require(line.socket.interest?.descriptor)
            try line.turn { unread(descriptor) == 0 }
            #expect(line.socket.isOpen == (cut >= length))
            try line.server(sends: Array(bytes[cut...]))
            #expect(try line.events { $0 == .text("hi") } == [.opened, .text("hi")])
        }
    }

    private func unread(_ descriptor: CInt) -> Int { Descriptor.unreadBytes(descriptor) }

    @Test func everythingThatComesWithTheAnswerIsHeardInOneTurn() throws {
        let line = try VoiceLine()
        var bytes = try line.ask()
        for frame in [Frame.text("one"), .ping([1]), .text("two")] { bytes += frame.encoded(mask: nil) }
        bytes += Frame.close(.normal, "bye").encoded(mask: nil)
        try line.server(sends: bytes)
        let events = try line.events { if case .closed = $0 { true } else { false } }
        #expect(
            events == [.opened, .text("one"), .alive, .text("two"), .closed(.normal, reason: "bye")])
    }

    @Test(arguments: [401, 403, 404, 429, 500, 503]) func aRefusalIsToldWithItsStatus(_ status: Int) throws {
        let line = try VoiceLine()
        _ = try line.ask()
        try line.server.send("HTTP/1.1 \(status) No\r\nContent-Length: 3\r\n\r\nno.")
        let events = try line.events { if case .refused = $0 { true } else { false } }
        #expect(events == [.refused(status: status, retryAfter: nil)])
        #expect(line.socket.isOver)
        try line.wire.turn { try line.server.isEnded }
    }

    @Test(arguments: [
        "WWW-Authenticate: Bearer " + String(repeating: "x", count: 9000),
        String(repeating: "X: y\r\n", count: 200) + "Z: z",
        "X: 1\r\n folded", "Odd name: 1\r\nno colon",
    ]) func aRefusalWithOddHeadersKeepsItsStatus(_ headers: String) throws {
        let line = try VoiceLine()
        _ = try line.ask()
        try line.server.send("HTTP/1.1 401 No\r\n\(headers)\r\nRetry-After: 7\r\n\r\n")
        let events = try line.events { if case .refused = $0 { true } else { false } }
        #expect(events == [.refused(status: 401, retryAfter: "7")])
    }

    @Test func aRefusalMayNameATime() throws {
        let line = try VoiceLine()
        _ = try line.ask()
        try line.server.send("HTTP/1.1 429 Slow\r\nretry-after: 17\r\n\r\n")
        #expect(
            try line.events { $0 == .refused(status: 429, retryAfter: "17") }
                == [.refused(status: 429, retryAfter: "17")])
    }

    @Test func aRedirectIsARefusal() throws {
        let line = try VoiceLine()
        _ = try line.ask()
        try line.server.send("HTTP/1.1 302 Found\r\nLocation: http://elsewhere.invalid/\r\n\r\n")
        #expect(
            try line.events { if case .refused = $0 { true } else { false } } == [
                .refused(status: 302, retryAfter: nil)
            ])
    }

    private static let go = "HTTP/1.1 101 Go\r\n"
    private static let headers = "Upgrade: websocket\r\nConnection: Upgrade\r\n"

    /// Answers that are no handshakes, each with the words for it. The rest of them are the room WebSocket's.
    private static let bad: [(answer: String, words: String)] = [
        (go + headers + "Sec-WebSocket-Accept: AAAA\r\n\r\n", "Sec-WebSocket-Accept does not answer the key"),
        (go + headers + "\r\n", "Sec-WebSocket-Accept does not answer the key"),
        (go + "\r\n", "it is no upgrade to a WebSocket"),
        ("HTTP/1.0 101 Go\r\n" + headers + "\r\n", "it is no upgrade to a WebSocket"),
        ("HTTP/1.1 100 Wait\r\n" + headers + "\r\n" + go + "\r\n", "it is no upgrade to a WebSocket"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "the answer does not begin as one of HTTP/1.1"),
        ("HTTP/1.1 101 Go\n" + headers, "a line of the answer is no header of HTTP/1.1"),
        (go + "Upgrade : websocket\r\n\r\n", "a line of the answer is no header of HTTP/1.1"),
        (go + headers + " folded\r\n\r\n", "a line of the answer is no header of HTTP/1.1"),
        (go + "X: \u{0}\r\n", "the answer's headers hold a null byte"),
        (go + "X: " + String(repeating: "x", count: 9000), "a line of the answer is longer than 8 KiB"),
        (go + String(repeating: "X: y\r\n", count: 129), "the answer has more than 128 headers"),
    ]

    /// Cut in the middle or in one piece, with a message behind that nobody may hear.
    @Test(arguments: bad, [false, true]) func anAnswerThatIsNoHandshakeEndsTheConnection(
        _ bad: (answer: String, words: String), isCut: Bool
    ) throws {
        let line = try VoiceLine()
        _ = try line.ask()
        let bytes = Array(bad.answer.utf8) + Frame.text("unheard").encoded(mask: nil)
        let cut = isCut ? bad.answer.utf8.count / 2 : 0
        try line.server(sends: Array(bytes[..<cut]))
        if isCut {
            let descriptor = try #require(line.socket.interest?.descriptor)
            try line.turn { line.socket.isOver || Descriptor.unreadBytes(descriptor) == 0 }
        }
        try line.server(sends: Array(bytes[cut...]))
        let events = try line.events { if case .closed = $0 { true } else { false } }
        #expect(events == [.closed(nil, reason: "handshake: " + bad.words)])
        #expect(line.socket.isOver)
        try line.wire.turn { try line.server.isEnded }
    }

    /// Byte by byte, each of them read before the next is on its way.
    @Test func anAnswerThatComesSlowlyIsReadAsAWhole() throws {
        let line = try VoiceLine()
        let bytes = try line.ask()
        let descriptor = try #require(line.socket.interest?.descriptor)
        for byte in bytes.dropLast() {
            try line.server(sends: [byte])
            try line.turn { Descriptor.unreadBytes(descriptor) == 0 }
            #expect(!line.socket.isOpen)
        }
        try line.server(sends: [bytes.last ?? 0])
        #expect(try line.events { $0 == .opened } == [.opened])
    }

    @Test func aServerThatSpeaksUnaskedIsNotHeard() throws {
        let line = try VoiceLine()
        try line.connect()
        try line.server(sends: .text(#"{"type":"response","end":true}"#))
        let events = try line.events { if case .closed = $0 { true } else { false } }
        #expect(events.count == 1 && isClosed(events.first, "handshake"))
    }

    // MARK: The other end goes away

    @Test func nobodyListens() throws {
        let line = try VoiceLine()
        let gone: Location
        do { gone = try Wire().location() }
        // Another test's fork may listen for a moment.
        #expect(
            try eventually {
                line.socket = WebSocketConnection(line.wire.client, to: gone, timeout: .seconds(20))
                return try line.failure()?.description.contains("Connection refused") == true
            })
    }

    @Test(arguments: [false, true]) func itDropsBeforeTheUpgrade(byReset: Bool) throws {
        let line = try VoiceLine()
        try line.connect()
        try byReset ? line.server.reset() : line.server.finish()
        #expect(isClosed(try line.ending(), "dropped"))
    }

    @Test(arguments: [false, true]) func itDropsDuringTheUpgrade(byReset: Bool) throws {
        let line = try VoiceLine()
        let answer = try line.ask()
        try line.server(sends: Array(answer.dropLast(10)))
        try byReset ? line.server.reset() : line.server.finish()
        #expect(isClosed(try line.ending(), "dropped"))
    }

    @Test func somebodyWhoLetsGoWhileItConnectsHearsNothingMore() throws {
        let line = try VoiceLine()
        line.socket.abandon()
        #expect(line.socket.isOver)
        for _ in 0..<3 { line.turn(.milliseconds(20)) }
        #expect(line.events.isEmpty)
        #expect(line.socket.interest == nil)
        #expect(line.socket.upgrade(path: "/", headers: []) == nil)
    }

    @Test func closingBeforeItIsOpenIsLettingGo() throws {
        let line = try VoiceLine()
        _ = try line.ask()
        line.socket.close(.normal)
        #expect(line.socket.isOver)
        try line.wire.turn { try line.server.isEnded }
        #expect(try line.server.received == [])
    }

    @Test func theConnectingHasADeadline() throws {
        let line = try VoiceLine()
        let full = try FullListener()
        let nowhere = try #require(Location("http://127.0.0.1:\(full.port)/"))
        line.socket = WebSocketConnection(line.wire.client, to: nowhere, timeout: .milliseconds(300))
        let words = "127.0.0.1: no answer while connecting to 127.0.0.1 port \(full.port)"
        try line.turn { line.socket.waiting == words }
        #expect(try line.failure() == .timedOut(words))
        #expect(line.socket.isOver && line.socket.waiting == nil)
    }

    @Test func theHandshakeThatIsNotAnsweredIsNamed() throws {
        let line = try VoiceLine()
        _ = try line.ask()
        let place = "127.0.0.1 port \(line.wire.server.port)"
        #expect(line.socket.waiting == "127.0.0.1: no answer from \(place) to the request")
    }
}
