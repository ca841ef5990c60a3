import Testing
import WebSocket

@Suite struct HandshakeServerRequestTests {
    private static let good = [
        "upgrade": "WebSocket", "connection": "keep-alive, Upgrade", "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    @Test func aGoodRequestIsAnsweredWithWhatAClientAccepts() throws {
        let request = try Handshake.ServerRequest(method: "GET", headers: Self.good)
        var parser = Handshake.ResponseParser(key: request.key)
        let outcome = try parser.receive(Handshake.serverResponse(key: request.key))
        #expect(outcome == .accepted(rest: []))
    }

    @Test func aPlainRequestIsNoUpgrade() {
        #expect(!Handshake.ServerRequest.isUpgrade(["connection": "close"]))
        #expect(throws: Handshake.Failure.notAnUpgrade) {
            try Handshake.ServerRequest(method: "POST", headers: Self.good)
        }
    }

    @Test(arguments: [nil, "8", "14"])
    func anotherVersionIsRefused(_ version: String?) {
        var headers = Self.good
        headers["sec-websocket-version"] = version
        #expect(throws: Handshake.Failure.wrongVersion) {
            try Handshake.ServerRequest(method: "GET", headers: headers)
        }
    }

    @Test(arguments: [nil, "", "short==", "dGhlIHNhbXBsZSBub25jZQAA", "dGhlIHNhbXBsZSBub25j\r\n=="])
    func aKeyThatIsNot16BytesIsRefused(_ key: String?) {
        var headers = Self.good
        headers["sec-websocket-key"] = key
        #expect(throws: Handshake.Failure.wrongKey) {
            try Handshake.ServerRequest(method: "GET", headers: headers)
        }
    }
}
