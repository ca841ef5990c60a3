import Testing
import WebSocket

@Suite struct HandshakeResponseParserTests {
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let good = [
        "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    ]

    private func bytes(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) }

    private func outcome(_ bytes: [UInt8]) throws(Handshake.Failure) -> Handshake.Outcome? {
        var parser = Handshake.ResponseParser(key: Self.key)
        return try parser.receive(bytes)
    }

    private func expect(_ failure: Handshake.Failure, _ lines: [String]) {
        #expect(throws: failure) { try outcome(bytes(lines)) }
    }

    @Test func framesThatCameWithTheAnswerAreKept() throws {
        #expect(try outcome(bytes(Self.good) + [0x81, 0x00]) == .accepted(rest: [0x81, 0x00]))
    }

    @Test func theAnswerMayComeByteByByte() throws {
        var parser = Handshake.ResponseParser(key: Self.key)
        let all = bytes(Self.good)
        for byte in all.dropLast() {
            let outcome = try parser.receive([byte])
            #expect(outcome == nil)
        }
        let outcome = try parser.receive(all.suffix(1))
        #expect(outcome == .accepted(rest: []))
    }

    @Test func namesAndTokensComeInAnyCaseAndConnectionMayBeAList() throws {
        let lines = [
            "HTTP/1.1 101", "UPGRADE:  WebSocket \t", "connection: keep-alive , UPGRADE", "X-Empty:", Self.good[3],
        ]
        #expect(try outcome(bytes(lines)) == .accepted(rest: []))
    }

    @Test func interimAnswersArePassedOver() throws {
        let interim = bytes(["HTTP/1.1 100 Continue"]) + bytes(["HTTP/1.1 103 Early Hints", "Link: x"])
        #expect(try outcome(interim + bytes(Self.good)) == .accepted(rest: []))
    }

    @Test func interimAnswersEndSomewhere() {
        let endless = (0..<200).flatMap { _ in bytes(["HTTP/1.1 100 Continue"]) }
        #expect(throws: Handshake.Failure.tooManyHeaders) { try outcome(endless) }
    }

    @Test func aRefusalShowsItsStatusHeadersAndBody() throws {
        let answer =
            bytes(["HTTP/1.1 429 Too Many Requests", "Retry-After: 7", "A: 1", "a: 2"]) + Array("slow down".utf8)
        #expect(
            try outcome(answer)
                == .refused(status: 429, headers: ["retry-after": "7", "a": "1, 2"], body: Array("slow down".utf8)))
        #expect(try outcome(bytes(["HTTP/1.0 401 Unauthorized"])) == .refused(status: 401, headers: [:], body: []))
    }

    @Test func onlyTheBeginningOfABodyIsKept() throws {
        let answer = bytes(["HTTP/1.1 500 Oops"]) + [UInt8](repeating: 0x41, count: 5000)
        #expect(
            try outcome(answer)
                == .refused(status: 500, headers: [:], body: [UInt8](repeating: 0x41, count: 1024)))
    }

    @Test func aSwitchWithoutItsHeadersIsNoUpgrade() {
        for index in 1...2 {
            var lines = Self.good
            lines.remove(at: index)
            expect(.notAnUpgrade, lines)
        }
        expect(.notAnUpgrade, Self.good.map { $0.replacing("websocket", with: "h2c") })
        expect(.notAnUpgrade, Self.good.map { $0.replacing("Connection: Upgrade", with: "Connection: close") })
        expect(.notAnUpgrade, Self.good.map { $0.replacing("Connection: Upgrade", with: "Connection: Upgraded") })
        expect(.notAnUpgrade, Self.good.map { $0.replacing("HTTP/1.1", with: "HTTP/1.0") })
    }

    @Test func aMissingWrongOrDoubledAcceptanceIsRefused() {
        expect(.wrongAcceptance, Array(Self.good.dropLast()))
        expect(.wrongAcceptance, Self.good.map { $0.replacing("s3pP", with: "S3pP") })
        expect(.wrongAcceptance, Self.good + [Self.good[3]])
    }

    @Test func whatNobodyOfferedIsRefused() {
        expect(.unofferedExtension, Self.good + ["Sec-WebSocket-Extensions: permessage-deflate"])
        expect(.unofferedSubprotocol, Self.good + ["Sec-WebSocket-Protocol: chat"])
    }

    @Test(arguments: [
        "HTTP/2 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK", "HTTP/1.1 -10 OK", "HTTP/1.x 200",
        "ICY 200 OK", "", "HTTP/1.1", "SSH-2.0-OpenSSH_9.2",
    ])
    func aStatusLineThatIsNoneIsRefused(_ line: String) {
        #expect(throws: Handshake.Failure.malformedLine) { try outcome(Array((line + "\r\n").utf8)) }
    }

    @Test(arguments: ["no colon", ": no name", "Name : space", " folded: x", "Na\tme: x", "A: b\rc"])
    func aHeaderThatIsNoneIsRefused(_ line: String) {
        expect(.malformedLine, ["HTTP/1.1 200 OK", line])
    }

    @Test func aLineFeedAloneEndsNoLine() {
        #expect(throws: Handshake.Failure.malformedLine) { try outcome(Array("HTTP/1.1 200 OK\n\n".utf8)) }
    }

    @Test func aLineMayBe8KiBAndNoLonger() throws {
        let name = "A: "
        let fitting = name + String(repeating: "x", count: 8192 - name.utf8.count - 2)
        #expect(try outcome(bytes(["HTTP/1.1 200 OK", fitting])) != nil)
        #expect(throws: Handshake.Failure.lineTooLong) { try outcome(bytes(["HTTP/1.1 200 OK", fitting + "x"])) }
        #expect(throws: Handshake.Failure.lineTooLong) { try outcome([UInt8](repeating: 0x41, count: 8193)) }
    }

    @Test func thereMayBe128HeadersAndNoMore() throws {
        let headers = (0..<128).map { "A\($0): x" }
        #expect(try outcome(bytes(["HTTP/1.1 200 OK"] + headers)) != nil)
        expect(.tooManyHeaders, ["HTTP/1.1 200 OK"] + headers + ["B: x"])
    }
}
