import JSON
import Testing
import WebSocket

@testable import Simulator

/// A service without sockets, and everything it noted.
final class Stage {
    private final class Notes {
        var entries: [Journal.Entry] = []
    }

    private let notes = Notes()
    var service: StandIn.Service
    var now = Duration.zero

    init(_ scenario: String = "") throws {
        let scenario = try Scenario(parsing: scenario)
        service = StandIn.Service(scenario: scenario, baseURL: "http://127.0.0.1:80") { [notes] event, details in
            notes.entries.append(Journal.Entry(time: 0, event: event, details: details))
        }
    }

    var entries: [Journal.Entry] { notes.entries }

    var violations: [String] { entries.filter { $0.event == .violation }.compactMap { $0["what"]?.string } }

    func answer(_ request: StandIn.Request, offeredHTTP2: Bool = false) -> [StandIn.Timed] {
        service.answer(request, from: .init(connection: 1, offeredHTTP2: offeredHTTP2), now: now)
    }

    /// The status and the JSON of the reply.
    func reply(to request: StandIn.Request) throws -> (status: Int, body: JSON?) {
        let bytes = try #require(answer(request).compactMap(\.sent).first)
        let text = String(decoding: bytes, as: UTF8.self)
        let status = try #require(Int(text.split(separator: " ")[1]))
        let end = try #require(text.utf8.indices.first { text.utf8[$0...].starts(with: "\r\n\r\n".utf8) })
        return (status, try? JSON(parsing: Array(text[end...].utf8)))
    }

    func token() throws -> String { try #require(try reply(to: .auth()).body?["access_token"]?.string) }

    func session(_ token: String) throws -> String {
        try #require(try reply(to: .session(token: token)).body?["id"]?.string)
    }

    /// A session whose voice socket is open on connection 1; what the opening brings.
    func openVoice() throws -> (id: String, effects: [StandIn.Timed]) {
        let token = try token()
        let id = try session(token)
        #expect(answer(.voice(id, token: token)).last?.effect == .openVoice(session: id))
        return (id, openVoice(id))
    }

    @discardableResult
    func openVoice(_ id: String) -> [StandIn.Timed] { service.openVoice(session: id, on: 1) }

    func receive(_ frame: Frame, mask: [UInt8] = Frame.randomMask()) -> [StandIn.Timed] {
        service.receive(frame.encoded(mask: mask), on: 1)
    }

    /// The frames that come of these effects, without any waiting.
    func frames(_ effects: [StandIn.Timed]) -> [Assembler.Incoming] {
        var assembler = Assembler(role: .client)
        return effects.flatMap { timed -> [Assembler.Incoming] in
            switch timed.effect {
            case .send(let bytes): return assembler.receive(bytes)
            case .perform(let action): return frames(service.perform(action, on: 1))
            default: return []
            }
        }
    }

    func perform(_ action: Scenario.Action) -> [StandIn.Timed] { service.perform(action, on: 1) }

    func end() { service.ended(1) }
}

extension StandIn.Timed {
    var sent: [UInt8]? { if case .send(let bytes) = effect { bytes } else { nil } }
}

/// Requests as the contract wants them; tests spoil copies.
extension StandIn.Request {
    init(_ method: String, _ target: String, _ headers: [String: String] = [:], body: JSON? = nil) {
        self.init(method: method, target: target)
        set("host", "127.0.0.1:80")
        for (name, value) in headers { set(name, value) }
        if let body {
            set("content-type", "application/json")
            self.body = body.serialized
        }
    }

    mutating func set(_ name: String, _ value: String?) {
        headers.removeAll { $0.name == name }
        if let value { headers.append(Header(name: name, value: value)) }
    }

    func with(_ name: String, _ value: String?) -> Self {
        var request = self
        request.set(name, value)
        return request
    }

    func with(body: JSON) -> Self {
        var request = self
        request.body = body.serialized
        return request
    }

    static let client: JSON = [
        "grant_type": "client_credentials", "client_id": "demo", "client_secret": "demo-secret",
    ]

    static func auth() -> Self { Self("POST", "/api/v1/auth", body: client) }

    static let start: JSON = [
        "flowId": "demo-flow", "sessionId": "1.1", "metadata": ["source": "asterisk_agi", "caller": "100"],
    ]

    static func session(token: String) -> Self {
        Self("POST", "/api/v1/sessions", ["authorization": "Bearer \(token)"], body: start)
    }

    static func flows(token: String) -> Self { Self("GET", "/api/v1/flows", ["authorization": "Bearer \(token)"]) }

    static func voice(_ id: String, token: String) -> Self {
        Self(
            "GET", "/api/v1/sessions/\(id)/voice",
            [
                "authorization": "Bearer \(token)", "x-cognigy-session-id": id, "upgrade": "websocket",
                "connection": "Upgrade", "sec-websocket-version": "13", "sec-websocket-key": Handshake.randomKey(),
            ])
    }

    static let text: JSON = [
        "text": "Hello.", "voice": "v", "sampleRateHertz": 16_000, "audioEncoding": "LINEAR16",
    ]

    static func speech(key: String = "demo-tts-key") -> Self {
        Self("POST", "/tts/synthesize", ["authorization": "Bearer \(key)"], body: text)
    }

    static func bots(key: String = "demo-api-key") -> Self {
        Self("GET", "/api/v2/bots", ["authorization": "ApiKey \(key)"])
    }

    static let said: JSON = [
        "botId": "demo-bot", "dialogId": "demo-dialog", "userId": "100",
        "inputs": [["type": "text", "text": "Hi"]], "sessionData": [:],
    ]

    static func dialog(_ body: JSON = said, key: String = "demo-api-key") -> Self {
        Self("POST", "/api/v2/dialogs", ["authorization": "ApiKey \(key)"], body: body)
    }

    static func rawSound(_ sound: [UInt8], key: String = "demo-stt-key") -> Self {
        let headers = ["authorization": "Bearer \(key)", "content-type": "audio/l16; rate=16000"]
        var request = Self("POST", "/stt", headers)
        request.body = sound
        return request
    }

    static func form(_ body: [UInt8], boundary: String = "b", key: String = "demo-stt-key") -> Self {
        let headers = ["authorization": "Bearer \(key)", "content-type": "multipart/form-data; boundary=\(boundary)"]
        var request = Self("POST", "/v1/audio/transcriptions", headers)
        request.body = body
        return request
    }
}

extension JSON {
    /// A copy with one member replaced, or removed.
    func with(_ name: String, _ value: JSON?) -> JSON {
        var members = object ?? [:]
        members[name] = value
        return .object(members)
    }
}
