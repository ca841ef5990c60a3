import HTTP
import JSON

/// POST tts_url/tts/synthesize: text in, raw PCM out, 16 kHz, 16 bits, mono.
public enum Synthesis {
    public static func request(url: Location, key: String?, text: String, voice: String?) -> Request {
        var body: [String: JSON] = [
            "text": .string(text), "sampleRateHertz": 16_000, "audioEncoding": "LINEAR16",
        ]
        if let voice { body["voice"] = .string(voice) }
        return Request(
            .post, url.appending("/tts/synthesize"), headers: [.json] + (key.map { [.bearer($0)] } ?? []),
            body: JSON.object(body).serialized, timeout: .seconds(8), limit: 10 << 20)
    }
}
