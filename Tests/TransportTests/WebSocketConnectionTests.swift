import System
import Testing
import WebSocket

@testable import Transport

@Suite struct WebSocketConnectionTests {
    private func open(receiveBuffer: CInt? = nil) throws -> VoiceLine {
        let line = try VoiceLine(receiveBuffer: receiveBuffer)
        try line.open()
        return line
    }

    private func isClosed(_ event: SocketEvent?, _ reason: String) -> Bool {
        if case .closed(nil, let text) = event { text.contains(reason) } else { false }
    }

    @Test func wordsGoBothWays() throws {
        let line = try open()
        #expect(line.socket.send("5 é") == nil)
        #expect(try line.received(1) == [.text("5 é")])
        try line.server(sends: .text("six"), .pong(), .text(""))
        #expect(try line.events { $0 == .text("") } == [.text("six"), .alive, .text("")])
    }

    @Test func aMessageOfEveryLengthOfTheLengthFieldPasses() throws {
        let line = try open()
        for length in [0, 125, 126, 127, 65_535, 65_536, 1 << 20] {
            let text = String(repeating: "a", count: length)
            #expect(line.socket.send(text) == nil)
            #expect(try line.received(1) == [.text(text)])
            try line.server(sends: .text(text))
            #expect(try line.events { if case .text = $0 { true } else { false } } == [.text(text)])
        }
    }

    @Test func eachPingIsAnswered() throws {
        let line = try open()
        try line.server(sends: .ping([1]))
        #expect(try line.received(1) == [.pong([1])])
        try line.server(sends: .ping([2]), .text("between"), .ping([3]))
        #expect(try line.received(2) == [.pong([2]), .pong([3])])
        #expect(line.socket.ping() == nil)
        #expect(try line.received(1) == [.ping([])])
    }

    @Test func aPeerThatDoesNotReadIsOwedThePongOfItsNewestPing() throws {
        let line = try open(receiveBuffer: 4096)
        try line.server.isDeaf = true
        var count = 0
        while line.socket.hasRoom {
            #expect(line.socket.send(String(repeating: "x", count: 1000)) == nil)
            count += 1
        }
        try line.server(sends: .ping([1]), .ping([2]), .ping([3]))
        try line.events { $0 == .alive }
        try line.server.isDeaf = false
        #expect(try line.received(count + 1).dropFirst(count) == [.pong([3])])
    }

    /// Who sends sound stops where the peer does not read, and goes on where it does.
    @Test func itTellsWhetherThereIsRoomForMore() throws {
        let line = try open(receiveBuffer: 4096)
        let piece: [UInt8] = [1, 2, 255]
        #expect(line.socket.send(piece) == nil && line.socket.hasRoom)
        #expect(try line.received(1) == [.binary(piece)])
        try line.server.isDeaf = true
        var count = 0
        while line.socket.hasRoom, count < 10_000 {
            #expect(line.socket.send([UInt8](repeating: 7, count: 8192)) == nil)
            count += 1
        }
        #expect(count < 10_000)
        try line.server.isDeaf = false
        #expect(try line.received(count).count == count)
        try line.turn { line.socket.hasRoom }
    }

    @Test func whoLeavesSaysSoAndWaitsForNothing() throws {
        let line = try open()
        line.socket.leave(.goingAway)
        #expect(line.socket.isOver && !line.socket.hasRoom)
        #expect(try line.received(1) == [.close(.goingAway, "")])
    }

    // MARK: The close handshake

    @Test func ourCloseIsAnsweredAndThenItIsOver() throws {
        let line = try open()
        line.socket.close(.normal, reason: "done")
        #expect(!line.socket.isOver)
        #expect(line.socket.send("late") == nil)
        #expect(try line.received(1) == [.close(.normal, "done")])
        // What was on its way is still heard.
        try line.server(sends: .text("last"), .close(.normal))
        #expect(
            try line.events { if case .closed = $0 { true } else { false } }
                == [.text("last"), .closed(.normal, reason: "")])
        #expect(line.socket.isOver)
        try line.wire.turn { try line.server.isEnded }
    }

    @Test(arguments: [CloseCode.normal, .goingAway, .internalError, nil]) func theirCloseIsAnsweredWithItsCode(
        _ code: CloseCode?
    ) throws {
        let line = try open()
        try line.server(sends: .text("bye"), .close(code), .text("never"))
        let events = try line.events { if case .closed = $0 { true } else { false } }
        #expect(events == [.text("bye"), .closed(code, reason: "")])
        #expect(try line.received(1) == [.close(code, "")])
        try line.wire.turn { try line.server.isEnded }
    }

    @Test func aPeerThatDropsInTheCloseHandshakeEndsIt() throws {
        let line = try open()
        line.socket.close(.normal)
        try line.server.finish()
        #expect(try line.ending() != nil)
    }

    @Test func abandoningSaysNothing() throws {
        let line = try open()
        let descriptor = try #require(line.socket.interest).descriptor
        line.socket.abandon()
        try line.wire.turn { try line.server.isEnded }
        #expect(try line.server.received == [])
        #expect(line.socket.process([descriptor: .readable]) == [])
    }

    @Test func theEndOfTheValueEndsTheConnection() throws {
        let line = try open()
        line.socket = WebSocketConnection(line.wire.client, to: try line.wire.location(), timeout: .seconds(20))
        let first = line.wire.server.connections[0]
        try line.wire.turn { first.isEnded }
    }

    @Test func whatWasSaidBeforeTheirCloseIsAnsweredBeforeOurs() throws {
        let line = try open()
        try line.server(sends: .text("one"), .ping([1]), .close(.goingAway))
        #expect(line.socket.isHeard)
        #expect(try line.events { $0 == .alive } == [.text("one"), .alive])
        // A key would be lost now.
        #expect(line.socket.isOpen && !line.socket.isHeard)
        #expect(line.socket.send("1") == nil)
        #expect(try line.received(3) == [.pong([1]), .text("1"), .close(.goingAway, "")])
        #expect(try line.ending() == .closed(.goingAway, reason: ""))
    }

    @Test func theirCloseCountsThoughNoAnswerCanBeSentAnyMore() throws {
        let line = try open()
        try line.server(sends: .text("last words"), .close(.normal, "bye"))
        try line.events { $0 == .text("last words") }
        try line.server.reset()
        let deadline = MonotonicClock.now() + .seconds(10)
        var event: SocketEvent?
        while event == nil, MonotonicClock.now() < deadline { event = line.socket.send("5") }
        #expect(event == .closed(.normal, reason: "bye"))
        #expect(line.socket.isOver)
    }

    @Test func whoClosesWhenTheirCloseHasComeSendsOneCloseFrame() throws {
        let line = try open()
        try line.server(sends: .text("one"), .close(.normal))
        try line.events { $0 == .text("one") }
        line.socket.close(.goingAway)
        #expect(try line.ending() == .closed(.normal, reason: ""))
        try line.turn { try line.server.isEnded }
        #expect(try line.received(1) == [.close(.goingAway, "")])
    }

    // MARK: Against the protocol

    @Test(
        arguments: [
            ([0x81, 0x80, 0, 0, 0, 0], CloseCode.protocolError), ([0xC1, 0], .protocolError),
            ([0x83, 0], .protocolError),
            ([0x81, 1, 0xFF], CloseCode(rawValue: 1007)),
            ([0x81, 127, 0, 0, 0, 0, 0, 0x20, 0, 0], CloseCode(rawValue: 1009)),
        ] as [([UInt8], CloseCode)]) func aPeerThatBreaksTheProtocolIsToldAndLeft(_ bytes: [UInt8], _ code: CloseCode)
        throws
    {
        let line = try open()
        try line.server(sends: Frame.text("good").encoded(mask: nil) + bytes)
        #expect(try line.events { $0 == .text("good") } == [.text("good")])
        // What came before still gets its answer.
        #expect(line.socket.send("answer") == nil)
        #expect(isClosed(try line.ending(), "protocol"))
        #expect(try line.received(2) == [.text("answer"), .close(code, "")])
    }

    @Test func whoConnectsSaysHowLongAMessageMayBe() throws {
        let line = try VoiceLine()
        line.socket = WebSocketConnection(
            line.wire.client, to: try line.wire.location(), timeout: .seconds(20), longestMessage: 3)
        try line.open()
        try line.server(sends: .text("abc"), .text("abcd"))
        let events = try line.events { if case .closed = $0 { true } else { false } }
        #expect(events.count == 2 && events.first == .text("abc") && isClosed(events.last, "larger"))
        #expect(try line.received(1) == [.close(.messageTooBig, "")])
    }

    @Test func aBinaryMessageIsOfNoUseAndIsAnsweredSo() throws {
        let line = try open()
        try line.server(sends: .text("good"), .binary([1]), .text("never"))
        let events = try line.events { if case .closed = $0 { true } else { false } }
        #expect(events.count == 2 && events.first == .text("good"))
        #expect(isClosed(events.last, "binary"))
        #expect(try line.received(1) == [.close(.unsupportedData, "")])
    }

    // MARK: The last word

    private static let breaches: [([UInt8], CloseCode)] = [
        ([0xC1, 0], .protocolError), ([0x81, 1, 0xFF], .invalidData), ([0x82, 0], .unsupportedData),
        ([0x81, 127, 0, 0, 0, 0, 0, 0x20, 0, 0], .messageTooBig),
    ]

    /// It reads only when it has sent everything. A reset would have taken the close frame from it.
    @Test(arguments: breaches)
    func aPeerThatIsBusySendingReadsTheCloseFrameAllTheSame(_ bytes: [UInt8], _ code: CloseCode) throws {
        let line = try open()
        let peer = try line.server
        peer.isDeaf = true
        peer.send(bytes + [UInt8](repeating: 0, count: 1 << 20))
        #expect(isClosed(try line.ending(), ""))
        #expect(line.socket.isOver && line.socket.interest == nil)
        try line.turn { peer.hasSentEverything }
        #expect(!peer.isEnded)
        peer.isDeaf = false
        #expect(try line.received(1) == [.close(code, "")])
        try line.turn { peer.isEnded }
    }

    @Test func whatWasSaidBeforeTheLastWordIsReadToo() throws {
        let line = try open(receiveBuffer: 4096)
        let peer = try line.server
        peer.isDeaf = true
        var count = 0
        while line.socket.interest?.events.contains(.writable) == false {
            #expect(line.socket.send("message \(count) \(String(repeating: "x", count: 1000))") == nil)
            count += 1
        }
        peer.send([0xC1, 0] + [UInt8](repeating: 0, count: 1 << 20))
        #expect(isClosed(try line.ending(), "protocol"))
        try line.turn { peer.hasSentEverything }
        peer.isDeaf = false
        let received = try line.received(count + 1)
        #expect(received.count == count + 1 && received.last == .close(.protocolError, ""))
    }

    @Test func aPeerThatNeverStopsIsLeftAtLast() throws {
        let line = try open()
        let peer = try line.server
        peer.isDeaf = true
        peer.send([0xC1, 0] + [UInt8](repeating: 0, count: 64 << 20))
        #expect(isClosed(try line.ending(), "protocol"))
        try line.turn { peer.isEnded }
        #expect(!peer.hasSentEverything)
    }

    /// The other end keeps the connection, and the call does not wait for it.
    @Test func aPeerThatDoesNotHangUpIsLeftAfterAWhile() throws {
        let line = try open()
        let peer = try line.server
        try line.server(sends: [0xC1, 0])
        #expect(isClosed(try line.ending(), "protocol"))
        let begun = MonotonicClock.now()
        try line.turn { peer.isEnded }
        // What it says then finds nobody.
        try line.turn {
            peer.send([0x81, 0])
            return peer.isBroken
        }
        #expect(MonotonicClock.now() - begun >= .milliseconds(1900))
    }

    // MARK: Drops

    @Test(arguments: [false, true]) func aDropIsSeenAfterWhatWasSaidBeforeIt(byReset: Bool) throws {
        let line = try open()
        try line.server(sends: .text("one"), .text("two"))
        if byReset { try line.turn { line.events.count == 2 } }
        try byReset ? line.server.reset() : line.server.finish()
        let events = try line.events { if case .closed = $0 { true } else { false } }
        #expect(events.prefix(2) == [.text("one"), .text("two")])
        #expect(isClosed(events.last, "dropped"))
    }

    @Test func aDropInTheMiddleOfAFrameIsADrop() throws {
        let line = try open()
        try line.server(sends: [0x81, 100, 0x61])
        try line.server.finish()
        #expect(isClosed(try line.ending(), "dropped"))
    }

    @Test func sendingAfterAResetIsAFailureThatIsTold() throws {
        let line = try open()
        try line.server.reset()
        let deadline = MonotonicClock.now() + .seconds(10)
        var event: SocketEvent?
        while event == nil, MonotonicClock.now() < deadline { event = line.socket.send("5") }
        #expect(isClosed(event, "broke"))
        #expect(line.socket.isOver)
        #expect(line.socket.send("5") == nil)
    }

    /// Its last words have arrived, and so has the end: they are heard although our own cannot be sent any more.
    @Test func lastWordsAreHeardThoughOursCannotBeSent() throws {
        let line = try open(receiveBuffer: 4096)
        try line.server.isDeaf = true
        var event: SocketEvent?
        while event == nil, line.socket.interest?.events.contains(.writable) == false {
            event = line.socket.send(String(repeating: "x", count: 4096))
        }
        #expect(event == nil)
        try line.server(sends: .text("last words"), .close(.normal))
        try line.server.reset()
        #expect(
            try line.events { if case .closed = $0 { true } else { false } }
                == [.text("last words"), .closed(.normal, reason: "")])
    }

    // MARK: A peer that does not read

    @Test func whatDoesNotFitGoesLaterWholeAndInOrder() throws {
        let line = try open(receiveBuffer: 4096)
        try line.server.isDeaf = true
        var count = 0
        while line.socket.interest?.events.contains(.writable) == false {
            #expect(line.socket.send("message \(count) \(String(repeating: "x", count: 1000))") == nil)
            count += 1
        }
        for _ in 0..<5 {
            #expect(line.socket.send("message \(count) \(String(repeating: "x", count: 1000))") == nil)
            count += 1
        }
        // It still hears.
        try line.server(sends: .text("meanwhile"))
        try line.events { $0 == .text("meanwhile") }
        try line.server.isDeaf = false
        let received = try line.received(count)
        #expect(received.count == count)
        for (number, message) in received.enumerated() {
            guard case .text(let text) = message else { return #expect(Bool(false), "\(message)") }
            #expect(text.hasPrefix("message \(number) x") && text.hasSuffix("x"))
        }
        try line.turn { line.socket.interest?.events == .readable }
    }

    @Test func aPeerThatNeverReadsIsLeftAtLast() throws {
        let line = try open(receiveBuffer: 4096)
        try line.server.isDeaf = true
        var sent = 0
        var event: SocketEvent?
        while event == nil, sent < 64 << 20 {
            event = line.socket.send(String(repeating: "x", count: 1000))
            sent += 1000
        }
        #expect(isClosed(event, "does not read"))
    }

    @Test func pingsOfAPeerThatNeverReadsDoNotPileUp() throws {
        let line = try open(receiveBuffer: 4096)
        try line.server.isDeaf = true
        let pings = [UInt8](repeating: 7, count: 125)
        var ended: [SocketEvent] = []
        for _ in 0..<200_000 where ended.isEmpty {
            try line.server(sends: .ping(pings))
            line.turn(.zero)
            ended = line.takeEvents().filter { if case .closed = $0 { true } else { false } }
        }
        #expect(isClosed(ended.first, "does not read"))
    }

    // MARK: A flood

    @Test func aFloodComesInPortionsSoThatOthersGetTheirTurn() throws {
        let line = try open()
        let count = 50_000
        let flood = (0..<count).flatMap { Frame.text("message \($0)").encoded(mask: nil) }
        try line.server(sends: flood)
        var heard: [SocketEvent] = []
        var largest = 0
        let deadline = MonotonicClock.now() + .seconds(30)
        while heard.count < count, MonotonicClock.now() < deadline {
            line.turn()
            let portion = line.takeEvents()
            largest = max(largest, portion.count)
            heard += portion
        }
        #expect(heard == (0..<count).map { .text("message \($0)") })
        #expect(largest < 10_000)
    }
}
