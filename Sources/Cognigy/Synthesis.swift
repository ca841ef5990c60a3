import HTTP
import JSON

/// POST tts_url/tts/synthesize: text goes in; raw PCM of 16 kHz, 16 bits, mono comes out.
public enum Synthesis {
    public static func request(url: Location, key: String?, text: String, voice: String) -> Request {
        let body: JSON = [
            "text": .string(text), "voice": .string(voice), "sampleRateHertz": 16_000,
            "audioEncoding": "LINEAR16",
        ]
        return Request(
            .post, url.appending("/tts/synthesize"), headers: [.json] + (key.map { [.bearer($0)] } ?? []),
            body: body.serialized, timeout: .seconds(8), limit: 10 << 20)
    }
}
