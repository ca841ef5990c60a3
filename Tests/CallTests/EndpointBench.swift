import Cognigy
import Flow
import HTTP
import JSON
import SocketIO
import Testing
import WebSocket

@testable import Call

/// A call whose service is an endpoint, and a server that is its other side.
extension Bench {
    static let token = "0e77b9a10e77b9a1"
    static let parties = Endpoint.Parties(userID: "4930", sessionID: "s.1-abc")

    static var endpoint: Endpoint {
        guard let endpoint = Endpoint("https://endpoint.test/\(token)") else { preconditionFailure() }
        return endpoint
    }

    static let facts = CallFacts(callSID: "s.1-abc", callID: "s.1-abc", from: "+4930123456", to: "5000")

    static func flow(
        _ rules: EndpointService.Rules = EndpointService.Rules(), call: CallMachine.Rules = CallMachine.Rules(),
        change: (inout SocketLink.Plan) -> Void = { _ in }
    ) -> Bench {
        var plan = SocketLink.Plan(endpoint, parties)
        change(&plan)
        return Bench(call, service: EndpointService(rules, facts: facts, link: SocketLink(plan)))
    }

    static func flowByREST(_ rules: EndpointService.Rules = EndpointService.Rules()) -> Bench {
        let service = EndpointService(rules, facts: facts, link: RESTLink(RESTLink.Plan(endpoint, parties)))
        let bench = Bench(CallMachine.Rules(), service: service)
        bench.start()
        bench.connect()
        bench.settle()
        return bench
    }

    /// A call that has come as far as a flow that has greeted with nothing, in a turn that is over.
    static func joined(
        _ rules: EndpointService.Rules = EndpointService.Rules(), call: CallMachine.Rules = CallMachine.Rules(),
        change: (inout SocketLink.Plan) -> Void = { _ in }
    ) -> Bench {
        let bench = flow(rules, call: call, change: change)
        bench.start()
        bench.connect()
        bench.settle()
        bench.joins()
        bench.settle()
        bench.turnEnds()
        return bench
    }

    // MARK: The server

    static let opening = #"0{"sid":"x","upgrades":[],"pingTimeout":5000,"pingInterval":25000}"#

    @discardableResult
    func joins() -> [Effect] {
        var effects = happens(.socket(.connected))
        effects += happens(.socket(.opened))
        effects += says(Self.opening)
        effects += says("40")
        if asksForIntroduction { effects += says(#"420["handshake"]"#) }
        return effects + says(#"42["endpoint-ready"]"#)
    }

    private var asksForIntroduction: Bool {
        let path = log.last { if case .upgrade = $0 { true } else { false } }
        if case .upgrade(let path, _)? = path { return path.contains("handshake=true") }
        return false
    }

    /// One output with that `data` of an output.
    @discardableResult
    func outputs(_ json: String, ack: String = "") -> [Effect] {
        says(#"42\#(ack)["output",{"type":"output","data":\#(json)}]"#)
    }

    @discardableResult
    func flowSays(_ text: String) -> [Effect] {
        outputs(JSON.object(["text": .string(text), "data": [:]]).text)
    }

    /// A command of Voice Gateway.
    @discardableResult
    func flowWants(_ json: String) -> [Effect] {
        outputs(#"{"text":"","data":{"_cognigy":{"_voiceGateway2":{"json":\#(json)}}}}"#)
    }

    @discardableResult
    func turnEnds(_ type: String = "regular") -> [Effect] { says(#"42["finalPing",{"type":"\#(type)"}]"#) }

    // MARK: What it heard

    /// The events that this side has sent, by their values.
    static func inputs(_ effects: [Effect]) -> [JSON] {
        effects.compactMap { effect in
            guard case .sendText(let text, _, _) = effect, case .event("processInput", let values, _) = Packet(text)
            else {
                return nil
            }
            return values.first
        }
    }

    var inputs: [JSON] { Self.inputs(log) }
    var lastInput: JSON? { inputs.last }
    /// The texts of all inputs but the first, which has none.
    var texts: [String] { inputs.dropFirst().compactMap { $0["text"]?.string } }
    var events: [String] { inputs.compactMap { $0["data"]?["event"]?.string } }

    /// What is to be heard, in the order in which it was wanted.
    var wanted: [Message] {
        log.compactMap { if case .prepare(_, let order) = $0 { order.message } else { nil } }
    }

    /// Every prompt that is wanted can be heard, under a name of its own.
    func prepares(_ effects: [Effect]) {
        for case .prepare(let id, _) in effects { happens(.prepared(id, .file("sound\(id)"))) }
    }

    /// A key whose answer the line may have swallowed, and another after it is back.
    func pressesOverADrop() {
        press("1")
        settle()
        drops()
        pass(.zero)
        joins()
        press("2")
        settle()
    }

    /// The prompt that plays is heard to its end, and what comes behind it.
    func hearsAll() {
        for _ in 0..<50 {
            settle()
            guard case .streamFile? = outstanding else { return }
            answers(0, endpos: 8000)
        }
    }
}
