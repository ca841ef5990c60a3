import JSON
import Testbed
import Testing
import WebSocket

@testable import StandIn

/// A service without connections, and its journal.
final class Stage {
    private final class Notes {
        var entries: [Journal.Entry] = []
    }

    private let notes = Notes()
    var service: Service
    var now = Duration.zero

    init(_ scenario: String = "") throws {
        let scenario = try Scenario(parsing: scenario)
        service = Service(scenario: scenario, baseURL: "http://127.0.0.1:80") { [notes] event, details in
            notes.entries.append(Journal.Entry(time: 0, event: event, details: details))
        }
    }

    var entries: [Journal.Entry] { notes.entries }

    var violations: [String] { entries.filter { $0.event == .violation }.compactMap { $0["what"]?.string } }

    func answer(_ request: Request, offeredHTTP2: Bool = false) -> [Timed] {
        service.answer(request, from: .init(connection: 1, offeredHTTP2: offeredHTTP2), now: now)
    }

    /// The status and the JSON of the reply.
    func reply(to request: Request) throws -> (status: Int, body: JSON?) {
        let bytes = try #require(answer(request).compactMap(\.sent).first)
        let text = String(decoding: bytes, as: UTF8.self)
        let status = try #require(Int(text.split(separator: " ")[1]))
        let end = try #require(text.utf8.indices.first { text.utf8[$0...].starts(with: "\r\n\r\n".utf8) })
        return (status, try? JSON(parsing: Array(text[end...].utf8)))
    }

    /// Expects that the request is refused with this status, and that the journal says so.
    func expectBreach(
        _ request: Request, _ status: Int, location: SourceLocation = #_sourceLocation
    ) throws {
        let before = violations.count
        #expect(try reply(to: request).status == status, sourceLocation: location)
        #expect(violations.count == before + 1, sourceLocation: location)
    }

    func token() throws -> String { try #require(try reply(to: .auth()).body?["access_token"]?.string) }

    func handoffToken() throws -> String { try #require(try reply(to: .login()).body?["access_token"]?.string) }

    func bargeInToken() throws -> String {
        try #require(try reply(to: .login(Request.clientInCamelCase)).body?["accessToken"]?.string)
    }

    func assistToken() throws -> String { try #require(try reply(to: .oauth()).body?["access_token"]?.string) }

    /// Opens a stream of agent assist on connection 1. Returns its id and the effects of opening it.
    func openAssist() throws -> (id: String, effects: [Timed]) {
        guard case .openAssist(let id)? = answer(.assist(token: try assistToken())).last?.effect else {
            throw CancellationError()
        }
        return (id, service.openAssist(id, on: 1))
    }

    func session(_ token: String) throws -> String {
        try #require(try reply(to: .session(token: token)).body?["id"]?.string)
    }

    /// Opens a session with a voice socket on connection 1. Returns its id and the effects of opening it.
    func openVoice() throws -> (id: String, effects: [Timed]) {
        let token = try token()
        let id = try session(token)
        #expect(answer(.voice(id, token: token)).last?.effect == .openVoice(session: id))
        return (id, openVoice(id))
    }

    @discardableResult
    func openVoice(_ id: String) -> [Timed] { service.openVoice(session: id, on: 1) }

    func receive(_ frame: Frame, mask: [UInt8] = freshMask()) -> [Timed] {
        service.receive(frame.encoded(mask: mask), on: 1)
    }

    /// The frames that these effects send, whatever their delays.
    func frames(_ effects: [Timed]) -> [Assembler.Incoming] {
        var assembler = Assembler(role: .client)
        return effects.flatMap { timed -> [Assembler.Incoming] in
            switch timed.effect {
            case .send(let bytes): return assembler.receive(bytes)
            case .perform(let action): return frames(service.perform(action, on: 1))
            default: return []
            }
        }
    }

    func perform(_ action: Scenario.Action) -> [Timed] { service.perform(action, on: 1) }

    func end() { service.ended(1) }
}

extension Timed {
    var sent: [UInt8]? { if case .send(let bytes) = effect { bytes } else { nil } }
}
