import JSON
import Testbed
import Testing
import WebSocket

@testable import StandIn

/// A service whose endpoint has clients, and a clock that the test moves. What the service sends is returned as texts:
/// packets as they are, and `close CODE`, `finish` and `drop` for the end of a connection.
final class EndpointStage {
    static let token = Scenario.demoToken
    static let ready = #"42["endpoint-ready"]"#
    static let typing = #"42["typingStatus",{"status":"typingOn"}]"#

    private let stage: Stage
    private var schedule = Schedule()
    private var assemblers: [Int: Assembler] = [:]
    private var sent: [String] = []

    init(_ scenario: String = "") throws { stage = try Stage(scenario) }

    var entries: [Journal.Entry] { stage.entries }
    var violations: [String] { stage.violations }
    func last(_ event: Journal.Event) -> Journal.Entry? { entries.last { $0.event == event } }

    static func query(
        _ changes: [String: String?] = [:], session: String = "s-1", user: String = "u-1"
    ) -> String {
        let members: [String: String?] = [
            "EIO": "3", "transport": "websocket", "urlToken": token, "sessionId": session, "userId": user,
            "testMode": "false", "emitWithAck": "false",
        ]
        return members.merging(changes) { $1 }.sorted { $0.key < $1.key }
            .compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: "&")
    }

    static func request(_ query: String) -> Request {
        Request(
            "GET", "/socket.io/?\(query)",
            [
                "upgrade": "websocket", "connection": "Upgrade", "sec-websocket-version": "13",
                "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
            ])
    }

    /// The status and the body of the reply to a handshake that is refused.
    func reply(to query: String) throws -> (status: Int, body: JSON?) { try stage.reply(to: Self.request(query)) }

    /// What the endpoint sends a client that comes, without the handshake and the open packet.
    func connect(_ query: String = query(), on connection: Int = 1) throws -> [String] {
        let packets = try open(query, on: connection)
        try #require(packets.first?.hasPrefix("0{") == true)
        return Array(packets.dropFirst())
    }

    /// All packets that the endpoint sends a client that comes.
    func open(_ query: String, on connection: Int = 1) throws -> [String] {
        assemblers[connection] = Assembler(role: .client)
        let effects = stage.service.answer(
            Self.request(query), from: .init(connection: connection), now: stage.now)
        guard case .openEndpoint? = effects.last?.effect else { throw CancellationError() }
        schedule.add([effects[effects.count - 1]], for: connection, now: stage.now)
        return run()
    }

    /// What the endpoint answers a packet at once.
    func send(_ packet: String, on connection: Int = 1) -> [String] { send(.text(packet), on: connection) }

    func send(_ frame: Frame, on connection: Int = 1) -> [String] {
        let effects = stage.service.receive(frame.encoded(mask: freshMask()), on: connection)
        schedule.add(effects, for: connection, now: stage.now)
        return run()
    }

    static func input(_ text: String, _ data: JSON = [:], _ changes: [String: JSON?] = [:]) -> String {
        let members: [String: JSON?] = [
            "URLToken": .string(token), "userId": "u-1", "sessionId": "s-1", "channel": "asterisk",
            "source": "device", "passthroughIP": .null, "resetFlow": false, "text": .string(text), "data": data,
        ]
        let object = members.merging(changes) { $1 }.compactMapValues(\.self)
        return "42" + JSON.array(["processInput", .object(object)]).text
    }

    /// What the endpoint answers an input at once, without the typing status.
    func input(_ text: String, _ data: JSON = [:]) throws -> [String] {
        let packets = send(Self.input(text, data))
        try #require(packets.first == Self.typing)
        return Array(packets.dropFirst())
    }

    /// What the endpoint sends while this time passes.
    func wait(_ milliseconds: Int) -> [String] {
        let end = stage.now + .milliseconds(milliseconds)
        var packets: [String] = []
        while let due = schedule.nextDue, due <= end {
            stage.now = max(due, stage.now)
            packets += run()
        }
        stage.now = end
        return packets
    }

    /// The client's connection breaks.
    func lose(_ connection: Int = 1) {
        schedule.forget(connection)
        stage.service.ended(connection)
    }

    func post(_ body: JSON, test: Bool = false, token: String = token) -> [Timed] {
        stage.answer(Request("POST", (test ? "/test/" : "/") + token, body: body))
    }

    func replyToPost(_ body: JSON, test: Bool = false, token: String = token) throws -> (status: Int, body: JSON?) {
        try stage.reply(to: Request("POST", (test ? "/test/" : "/") + token, body: body))
    }

    func reply(to request: StandIn.Request) throws -> (status: Int, body: JSON?) { try stage.reply(to: request) }

    func expectBreach(_ request: Request, _ status: Int, location: SourceLocation = #_sourceLocation) throws {
        try stage.expectBreach(request, status, location: location)
    }

    private func run() -> [String] {
        sent = []
        while let item = schedule.next(now: stage.now) { carryOut(item.effect, on: item.connection) }
        return sent
    }

    private func carryOut(_ effect: Effect, on connection: Int) {
        var next: [Timed] = []
        switch effect {
        case .send(let bytes):
            for message in assemblers[connection, default: Assembler(role: .client)].receive(bytes) {
                switch message {
                case .text(let text): sent.append(text)
                case .close(let code, _): sent.append("close \(code?.rawValue ?? 1005)")
                default: sent.append("\(message)")
                }
            }
        case .openEndpoint(let introduction): next = stage.service.openEndpoint(introduction, on: connection)
        case .endpoint(let act): next = stage.service.carryOut(act, on: connection)
        case .perform(let action): next = stage.service.perform(action, on: connection)
        case .finish: sent.append("finish")
        case .drop:
            sent.append("drop")
            lose(connection)
        default: Issue.record("\(effect)")
        }
        schedule.add(next, for: connection, now: stage.now)
    }
}

/// The payload of an event that was sent: `42["NAME",PAYLOAD]`, with or without an id.
func payload(_ packet: String?) throws -> JSON {
    let text = try #require(packet).drop { $0 != "[" }
    return try #require(try JSON(parsing: text.utf8).array?.last)
}
