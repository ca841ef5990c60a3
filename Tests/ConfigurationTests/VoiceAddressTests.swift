import Testing

@testable import Configuration

/// The style and the address of text to speech have to be of one kind.
@Suite struct VoiceAddressTests {
    private static func text(_ url: String, _ style: String) -> String {
        "\(minimal)[speech]\ntts_url = \(url)\ntts_style = \(style)"
    }

    @Test(arguments: [
        ("wss://tts.example.com/stream/acme", "websocket"), ("ws://127.0.0.1:3000", "websocket"),
        ("https://tts.example.com", "http"),
    ]) func anAddressOfTheStyleIsTaken(url: String, style: String) throws {
        let speech = try Settings.parse(Self.text(url, style), fileName: "f.conf").speech
        #expect(speech.ttsURL == url && speech.ttsStyle.rawValue == style)
    }

    @Test(arguments: [
        (
            "wss://tts.example.com", "http",
            "is a WebSocket, which tts_style = http does not speak; set tts_style = websocket, or write an address with "
                + "https://"
        ),
        (
            "https://tts.example.com", "websocket",
            "is no WebSocket, which tts_style = websocket speaks; write an address with wss://, or set tts_style = http"
        ),
        (
            "ws://tts.example.com", "websocket",
            "goes to another machine without encryption; write wss:// in place of ws://"
        ),
    ]) func whatDoesNotFitTheStyleIsNamed(url: String, style: String, words: String) {
        #expect(ConfigurationTests.objection(to: Self.text(url, style)) == "f.conf:7: [speech] tts_url: \(words)")
    }
}
