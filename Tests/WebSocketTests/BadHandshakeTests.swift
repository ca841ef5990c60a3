import Testing
import WebSocket

/// Answers to our request that open no socket, each with what becomes of it.
@Suite struct BadHandshakeTests {
    private static let accept = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    private static let upgrade = "Upgrade: websocket"
    private static let connection = "Connection: Upgrade"

    private static let broken: [([String], Handshake.Failure)] = [
        // The status line.
        (["HTTP/1.1"], .malformedStatus), (["HTTP/1.1 "], .malformedStatus), (["HTTP/1.1 1 No"], .malformedStatus),
        (["HTTP/1.1 1O1 Go"], .malformedStatus), (["HTTP/1.1\t101 Go"], .malformedStatus),
        (["HTTP/1.1 099 No"], .malformedStatus), (["HTTP/1.1 +99 No"], .malformedStatus),
        (["HTTP/2.0 101 Go"], .malformedStatus), (["http/1.1 101 Go"], .malformedStatus),
        (["HTTP/1.10 101 Go"], .malformedStatus), (["HTTP/11 101 Go"], .malformedStatus),
        ([" HTTP/1.1 101 Go"], .malformedStatus), (["101 Go"], .malformedStatus),
        (["RTSP/1.0 101 Go"], .malformedStatus),
        (["\u{16}\u{3}\u{1}"], .malformedStatus), (["<html>"], .malformedStatus),
        // The headers of a switch.
        (["HTTP/1.1 101"], .notAnUpgrade), (["HTTP/1.0 101", upgrade, connection, accept], .notAnUpgrade),
        (["HTTP/1.1 101", connection, accept], .notAnUpgrade), (["HTTP/1.1 101", upgrade, accept], .notAnUpgrade),
        (["HTTP/1.1 101", "Upgrade: websocket/13", connection, accept], .notAnUpgrade),
        (["HTTP/1.1 101", "Upgrade: h2c, websocket", connection, accept], .notAnUpgrade),
        (["HTTP/1.1 101", upgrade, upgrade, connection, accept], .notAnUpgrade),
        (["HTTP/1.1 101", upgrade, "Connection: keep-alive", accept], .notAnUpgrade),
        (["HTTP/1.1 101", upgrade, "Connection: \"Upgrade\"", accept], .notAnUpgrade),
        (["HTTP/1.1 101", upgrade, connection], .wrongAcceptance),
        (["HTTP/1.1 101", upgrade, connection, accept + ", x"], .wrongAcceptance),
        (["HTTP/1.1 101", upgrade, connection, accept.lowercased()], .wrongAcceptance),
        (["HTTP/1.1 101", upgrade, connection, "Sec-WebSocket-Accept: "], .wrongAcceptance),
        (["HTTP/1.1 101", upgrade, connection, "Sec-WebSocket-Accept: dGhlIHNhbXBsZSBub25jZQ=="], .wrongAcceptance),
        (["HTTP/1.1 101", upgrade, connection, accept, "Sec-WebSocket-Extensions: "], .unofferedExtension),
        (["HTTP/1.1 101", upgrade, connection, accept, "sec-websocket-protocol: mqtt"], .unofferedSubprotocol),
        (["HTTP/1.1 101", "Upgrade : websocket", connection, accept], .malformedLine),
        (["HTTP/1.1 101", upgrade, "Connection:", " Upgrade", accept], .malformedLine),
        (["HTTP/1.1 101", upgrade, connection, accept, "no colon"], .malformedLine),
        (["HTTP/1.1 101", upgrade, connection, accept, "X: a\rb"], .malformedLine),
        (["HTTP/1.1 101", upgrade, connection, accept, "X: \u{0}"], .nullByte),
        // And behind an interim answer.
        (["HTTP/1.1 100", "", "HTTP/1.1 101", upgrade, accept], .notAnUpgrade),
        (["HTTP/1.1 100", "", "220 mail"], .malformedStatus), (["HTTP/1.1 103", "X: \u{0}"], .nullByte),
    ]

    @Test(arguments: broken) func noneOfTheseOpensASocket(_ lines: [String], _ failure: Handshake.Failure) {
        var parser = Handshake.ResponseParser(key: "dGhlIHNhbXBsZSBub25jZQ==")
        #expect(throws: failure) { try parser.receive(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)) }
    }

    /// Whatever looks like a switch behind it.
    @Test(arguments: [200, 301, 400, 401, 403, 404, 407, 426, 429, 500, 503, 999])
    func aRefusalWithTheHeadersOfASwitchIsARefusal(_ status: Int) throws {
        var parser = Handshake.ResponseParser(key: "dGhlIHNhbXBsZSBub25jZQ==")
        let lines = ["HTTP/1.1 \(status) No", Self.upgrade, Self.connection, Self.accept, "", ""]
        guard case .refused(status, _, _) = try parser.receive(Array(lines.joined(separator: "\r\n").utf8)) else {
            Issue.record("no refusal")
            return
        }
    }
}
