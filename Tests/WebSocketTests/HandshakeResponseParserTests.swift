import Testbed
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
        let endless = [[UInt8]](repeating: bytes(["HTTP/1.1 100 Continue"]), count: 13_000).joined()
        #expect(throws: Handshake.Failure.headTooLong) { try outcome(Array(endless)) }
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
        #expect(throws: Handshake.Failure.malformedStatus) { try outcome(Array((line + "\r\n").utf8)) }
    }

    private static let oddities = [
        "no colon", ": no name", "Name : space", " folded: x", "\tfolded", "Na\tme: x", "A: b\rc", "Ä: x", "A(b): c",
    ]

    @Test(arguments: oddities) func aSwitchWithAHeaderThatIsNoneIsRefused(_ line: String) {
        expect(.malformedLine, Self.good + [line])
    }

    @Test func aLineFeedAloneEndsNoLineOfASwitch() {
        for index in 0..<4 {
            let lines = Self.good.enumerated().map { $1 + ($0 == index ? "\n" : "\r\n") }.joined()
            #expect(throws: Handshake.Failure.malformedLine) { try outcome(Array((lines + "\r\n").utf8)) }
        }
    }

    @Test func aLineOfASwitchMayBe8KiBAndNoLonger() throws {
        let name = "A: "
        let fitting = name + String(repeating: "x", count: 8192 - name.utf8.count - 2)
        #expect(try outcome(bytes(Self.good + [fitting])) != nil)
        expect(.lineTooLong, Self.good + [fitting + "x"])
        #expect(throws: Handshake.Failure.lineTooLong) { try outcome([UInt8](repeating: 0x41, count: 8193)) }
    }

    @Test func aSwitchMayHave128HeadersAndNoMore() throws {
        let headers = (0..<125).map { "A\($0): x" }
        #expect(try outcome(bytes(Self.good + headers)) != nil)
        expect(.tooManyHeaders, Self.good + headers + ["B: x"])
    }

    // MARK: A refusal keeps its status

    private func refusal(_ lines: [String], end: String = "\r\n") throws -> [String: String]? {
        let text = (["HTTP/1.1 401 Unauthorized"] + lines + ["Retry-After: 7", "", ""]).joined(separator: end)
        guard case .refused(401, let headers, _) = try outcome(Array(text.utf8)) else { return nil }
        return headers
    }

    @Test(arguments: oddities) func whateverItsHeadersAre(_ line: String) throws {
        #expect(try refusal(["A: 1", line])?["retry-after"] == "7")
    }

    @Test(arguments: [8189, 8190, 8191, 9000, 100_000, 290_000]) func howeverLongALineIs(_ length: Int) throws {
        let headers = try refusal(["Before: 1", "WWW-Authenticate: " + String(repeating: "x", count: length)])
        #expect(headers?["before"] == "1" && headers?["retry-after"] == "7")
    }

    @Test(arguments: [129, 200, 5000]) func howeverManyHeadersThereAre(_ count: Int) throws {
        #expect(try refusal((0..<count).map { "A\($0): x" })?["retry-after"] == "7")
    }

    @Test func whereLinesEndWithALineFeedAlone() throws {
        #expect(try refusal(["A: 1"], end: "\n") == ["a": "1", "retry-after": "7"])
    }

    @Test func aFoldedLineGoesOnBehindASpace() throws {
        #expect(try refusal(["A: 1", "  2 ", "\t3", "B:", " 4"])?.filter { $0.key < "c" } == ["a": "1 2 3", "b": "4"])
        // What it would go on is not there, or was passed over.
        #expect(try refusal([" x", "odd", " y", String(repeating: "z", count: 9000), " z"]) == ["retry-after": "7"])
    }

    @Test func upTo300KiBInAll() throws {
        let most = 300 << 10
        var answer = Array("HTTP/1.1 401 No\r\nA: ".utf8)
        answer += [UInt8](repeating: 0x78, count: most - answer.count - 4) + Array("\r\n\r\n".utf8)
        #expect(try outcome(answer) == .refused(status: 401, headers: [:], body: []))
        answer.insert(0x78, at: 30)
        #expect(throws: Handshake.Failure.headTooLong) { try outcome(answer) }
    }

    /// Else each further line would copy all that was said before it.
    @Test(arguments: [" more", "A: more"])
    func aHeaderThatGoesOnForEverIsKeptAsFarAsALineMayBe(line: String) throws {
        let head = ["HTTP/1.1 429 No", "A: first", "Retry-After: 3", "A: second"]
        let answer = bytes(head + [String](repeating: line, count: 3000))
        guard case .refused(429, let headers, _) = try outcome(answer) else {
            Issue.record("it is no refusal")
            return
        }
        #expect(headers["a"]?.hasPrefix("first, second") == true)
        #expect((8000...Handshake.ResponseParser.longestLine).contains(headers["a"]?.utf8.count ?? 0))
        #expect(headers["retry-after"] == "3")
    }

    @Test(arguments: ["HTTP/1.1 4\u{0}1 No", "HTTP/1.1 401 No\r\nA\u{0}: 1", "HTTP/1.1 401 No\r\nA: 1\u{0}"])
    func aNullByteIsInNoAnswer(_ text: String) {
        #expect(throws: Handshake.Failure.nullByte) { try outcome(Array((text + "\r\n\r\n").utf8)) }
    }

    // MARK: However it is cut

    private static let pieces = [
        "A: 1", "Retry-After: 3", " folded", "odd", "B : 2", "C: " + String(repeating: "c", count: 9000), "D: é\rx",
        "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "E:",
        "HTTP/1.1 200 OK", "\u{0}",
    ]

    /// What came of it, or why nothing did.
    private func outcome(_ parts: [ArraySlice<UInt8>]) -> Result<Handshake.Outcome?, Handshake.Failure> {
        var parser = Handshake.ResponseParser(key: Self.key)
        for (number, part) in parts.enumerated() {
            do throws(Handshake.Failure) {
                switch try parser.receive(Array(part)) {
                case .accepted(let rest): return .success(.accepted(rest: rest + parts[(number + 1)...].joined()))
                case .refused(let status, let headers, _):
                    return .success(.refused(status: status, headers: headers, body: []))
                case nil: continue
                }
            } catch { return .failure(error) }
        }
        return .success(nil)
    }

    @Test(arguments: 0..<200) func anAnswerMeansTheSame(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let statuses = ["101 Go", "100 Continue", "401 No", "200 OK", "503"]
        var text = ""
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            text += "HTTP/1.1 \(statuses.randomElement(using: &random) ?? "")\r\n"
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                // The null byte ends everything; it comes seldom.
                let most = Bool.random(using: &random) ? Self.pieces.count : Self.pieces.count - 1
                text += Self.pieces[Int.random(in: 0..<most, using: &random)]
                text += Int.random(in: 0..<10, using: &random) == 0 ? "\n" : "\r\n"
            }
            text += "\r\n"
        }
        let all = Array(text.utf8)
        let whole = outcome([all[...]])
        #expect(outcome(all.indices.map { all[$0...$0] }) == whole)
        for _ in 0..<20 {
            let cut = Int.random(in: 0...all.count, using: &random)
            #expect(outcome([all[..<cut], all[cut...]]) == whole)
        }
    }
}
