import JSON
import WebSocket

@testable import StandIn

/// Correct requests. Tests change copies of them to break the contract.
extension Request {
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
                "connection": "Upgrade", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
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

    static let clientAsForm =
        "grant_type=client_credentials&client_id=demo&client_secret=demo-secret"
        + "&scope=agentassist%3Aread+dialog%3Aread+analytics%3Awrite+streaming%3Asubscribe"

    static func oauth(_ form: String = clientAsForm) -> Self {
        var request = Self("POST", "/api/v1/oauth/token", ["content-type": "application/x-www-form-urlencoded"])
        request.body = Array(form.utf8)
        return request
    }

    static func assist(token: String) -> Self {
        Self(
            "GET", "/api/v1/streaming/agentassist",
            [
                "authorization": "Bearer \(token)", "upgrade": "websocket", "connection": "Upgrade",
                "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            ])
    }

    static let question: JSON = [
        "interactionId": "i-1", "transcript": "I want a refund", "sentimentScore": -0.5, "context": ["a": 1],
    ]

    static func suggest(_ body: JSON = question, token: String) -> Self {
        Self("POST", "/api/v1/agentassist/suggest", ["authorization": "Bearer \(token)"], body: body)
    }

    static let clientInCamelCase: JSON = ["clientId": "demo", "clientSecret": "demo-secret"]

    static func login(_ body: JSON = client) -> Self { Self("POST", "/api/v1/auth/login", body: body) }

    static func look(_ id: String, token: String) -> Self {
        Self("GET", "/api/v1/session/\(id)", ["authorization": "Bearer \(token)"])
    }

    static let transfer: JSON = [
        "transferTarget": "queue-1", "transferType": "queue", "handoffTrigger": true, "telephonyAction": "transfer",
    ]

    static let medium: JSON = ["action": "transfer", "preserveMediaStream": true]

    static func mark(_ id: String, _ variables: JSON = transfer, token: String) -> Self {
        let headers = ["authorization": "Bearer \(token)"]
        return Self(
            "PUT", "/api/v1/session/\(id)", headers, body: ["variables": variables, "telephony": medium])
    }

    static func run(_ id: String, token: String) -> Self {
        let body: JSON = [
            "sessionId": .string(id), "intent": "__system_transfer__", "text": "agent_handoff_requested",
            "channel": "voice",
        ]
        return Self("POST", "/api/v1/flow", ["authorization": "Bearer \(token)"], body: body)
    }

    static func stop(_ id: String, token: String) -> Self {
        let body: JSON = ["command": "stop", "reason": "user_interrupt", "sessionId": .string(id)]
        return Self(
            "POST", "/api/v1/sessions/\(id)/voice/commands", ["authorization": "Bearer \(token)"], body: body)
    }

    static let interruption: [JSON] = [
        ["key": "cx.barage_in_detected", "value": true], ["key": "cx.current_intent", "value": ""],
        ["key": "cx.partial_transcript", "value": ""], ["key": "cx.flow_state", "value": "interrupt_recover"],
        ["key": "cx.interrupt_confidence", "value": 0.89],
    ]

    static func reset(_ id: String, _ variables: [JSON] = interruption, token: String) -> Self {
        let body: JSON = ["variables": .array(variables)]
        return Self("POST", "/api/v1/sessions/\(id)/variables", ["authorization": "Bearer \(token)"], body: body)
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
