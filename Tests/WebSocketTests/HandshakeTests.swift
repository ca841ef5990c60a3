import Testing
import WebSocket

@Suite struct HandshakeTests {
    @Test func theAcceptanceIsTheOneOfTheRFC() {
        // RFC 6455, section 1.3.
        #expect(Handshake.acceptance(forKey: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }
}
