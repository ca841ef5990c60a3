import Testing
import WebSocket

@Suite struct HandshakeTests {
    @Test func theAcceptanceIsTheOneOfTheRFC() {
        // RFC 6455, section 1.3.
        #expect(Handshake.acceptance(forKey: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
    }

    @Test func randomKeysAre16BytesInBase64AndDiffer() {
        let key = Handshake.randomKey()
        #expect(key.utf8.count == 24)
        #expect(key.hasSuffix("=="))
        #expect(key != Handshake.randomKey())
    }
}
