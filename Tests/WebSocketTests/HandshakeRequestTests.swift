import Testing
import WebSocket

@Suite struct HandshakeRequestTests {
    /// RFC 6455, section 1.3.
    static let nonce = Array("the sample nonce".utf8)

    @Test func theRequestIsWhatTheRFCAsksFor() throws {
        let request = try Handshake.Request(
            host: "host:8080", path: "/voice?x=1", headers: [("Authorization", "Bearer t")], nonce: Self.nonce)
        #expect(
            String(decoding: request.bytes, as: UTF8.self)
                == "GET /voice?x=1 HTTP/1.1\r\nHost: host:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nAuthorization: Bearer t\r\n\r\n"
        )
    }

    @Test(arguments: ["", "a b", "a\r\nX: y", "a\nb", "a\u{0}", "a\u{7F}", "hôst"])
    func aHostThatCouldBreakOutIsRefused(_ host: String) {
        #expect(throws: Handshake.Failure.forbiddenByte(in: "host")) {
            try Handshake.Request(host: host, path: "/", headers: [], nonce: Self.nonce)
        }
    }

    @Test(arguments: ["", "x", "/a b", "/\r\nX: y", "/\n", "/\t", "/\u{0}", "/\u{7F}", "/é"])
    func aPathThatCouldBreakOutIsRefused(_ path: String) {
        #expect(throws: Handshake.Failure.forbiddenByte(in: "path")) {
            try Handshake.Request(host: "h", path: path, headers: [], nonce: Self.nonce)
        }
    }

    @Test(arguments: [
        ("", "v"), ("A B", "v"), ("A:", "v"), ("A\r\n", "v"), ("A", "v\r\nX: y"), ("A", "v\n"), ("A", "\u{0}"),
        ("A", "\u{1B}"), ("A", "\u{7F}"),
    ])
    func aHeaderThatCouldBreakOutIsRefused(_ name: String, _ value: String) {
        #expect(throws: Handshake.Failure.forbiddenByte(in: "header")) {
            try Handshake.Request(host: "h", path: "/", headers: [(name, value)], nonce: Self.nonce)
        }
    }

    @Test(arguments: ["Host", "upgrade", "Connection", "Sec-WebSocket-Protocol", "SEC-WEBSOCKET-EXTENSIONS"])
    func theHandshakesOwnHeadersAreRefused(_ name: String) {
        #expect(throws: Handshake.Failure.reservedHeader(name)) {
            try Handshake.Request(host: "h", path: "/", headers: [(name, "x")], nonce: Self.nonce)
        }
    }
}
