import Cognigy
import HTTP
import JSON
import WebSocket

/// The way to an endpoint by REST: each input is one request, and its answer the whole turn. One request is under way at
/// a time, since each needs the state that the one before left.
struct RESTLink: FlowLink {
    struct Plan: Sendable {
        var endpoint: Endpoint
        var parties: Endpoint.Parties
        var isTest = false
        /// How long the flow may take for one answer.
        var patience = Duration.seconds(30)

        init(_ endpoint: Endpoint, _ parties: Endpoint.Parties) {
            self.endpoint = endpoint
            self.parties = parties
        }
    }

    let plan: Plan
    private var waiting: [Request] = []
    private var isUnderWay = false
    private var attempt = 0
    private var asked = Duration.zero
    private var owesVerdict = false
    private(set) var isOver = false

    static let mostWaiting = 100

    init(_ plan: Plan) { self.plan = plan }

    var isOpen: Bool { !isOver }
    var isAway: Bool { false }
    var closesWithWords: Bool { false }

    mutating func begin(_ context: inout Context) -> [LinkNews] {
        owesVerdict = true
        return [.opened]
    }

    /// No trace shows what is in a request.
    mutating func send(_ text: String, _ data: JSON?, isSensitive: Bool, _ context: inout Context) {
        if isOver { return }
        if waiting.count >= Self.mostWaiting {
            context.effects.append(.log(.warning, "more inputs wait for the endpoint than are kept; one is dropped"))
            return
        }
        waiting.append(
            plan.endpoint.request(plan.parties, text: text, data: data, isTest: plan.isTest, timeout: plan.patience))
        next(&context)
    }

    private mutating func next(_ context: inout Context) {
        guard !isUnderWay, !waiting.isEmpty else { return }
        isUnderWay = true
        attempt = 0
        asked = context.now
        request(&context)
    }

    private mutating func request(_ context: inout Context) {
        guard var request = waiting.first else { return }
        attempt += 1
        request.timeout = max(asked + plan.patience - context.now, .seconds(1))
        context.effects.append(.request(.input, request))
    }

    mutating func handle(_ event: Event, _ context: inout Context) -> [LinkNews] {
        guard case .response(.input, let result) = event, isUnderWay, !isOver else { return [] }
        // The flow may have run whatever became of the answer, and it must not run twice for one input.
        let decision = Retry.decide(
            result, attempt: attempt, left: asked + plan.patience - context.now, now: context.wallClock, by: .flow,
            using: &context.random)
        switch decision {
        case .accept(let response): return answered(response, &context)
        case .again(let pause):
            context.effects.append(.log(.notice, "endpoint: HTTP 429; trying again in \(pause)"))
            context.timers.set(.turn, context.now + pause)
            return []
        case .renewToken: return fail(.unauthorized, &context)
        case .giveUp(let reason):
            // A refusal may say why.
            if case .success(let response) = result, case .error(let words)? = try? Endpoint.answer(response.body),
                !reason.isServiceFault
            {
                return fail(reason, words: words, &context)
            }
            return fail(reason, &context)
        }
    }

    private mutating func answered(_ response: Response, _ context: inout Context) -> [LinkNews] {
        isUnderWay = false
        waiting.removeFirst()
        let news: [LinkNews]
        do throws(ReplyRefusal) {
            switch try Endpoint.answer(response.body) {
            case .outputs(let outputs): news = outputs.map { .output($0) } + [.turnEnded(.regular)]
            case .error(let words): news = [.failed(words), .turnEnded(.error)]
            }
        } catch {
            let ending = Ending(
                .unavailable, "bad_endpoint_reply",
                detail: "\(plan.endpoint.server.host): \(error); is the endpoint of the type REST?")
            return end(ending, isServiceFault: false, &context)
        }
        if owesVerdict { context.effects.append(.serviceWorks) }
        owesVerdict = false
        next(&context)
        return news
    }

    mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [LinkNews] {
        if timer == .turn, isUnderWay { request(&context) }
        return []
    }

    mutating func probe(_ context: inout Context) {}

    mutating func leave(_ code: CloseCode, _ context: inout Context) {
        context.timers.clear(.turn)
        if owesVerdict { context.effects.append(.serviceUnknown) }
        owesVerdict = false
        isOver = true
    }

    private mutating func fail(_ reason: Retry.Reason, words: String? = nil, _ context: inout Context) -> [LinkNews] {
        let host = plan.endpoint.server.host
        let said = words.map { " (\($0))" } ?? ""
        let sentence =
            switch reason {
            case .unauthorized, .forbidden:
                "\(host) answered \(reason)\(said): the token at the end of endpoint_url was refused"
            case .rateLimited: "\(host) asks to wait longer than the caller would"
            case .failed(let status):
                "\(host) answered \(reason)\(said)"
                    + (status < 500
                        ? "; is the token at the end of endpoint_url right, is the endpoint of the type REST, and is it enabled?"
                        : "")
            case .unreachable(let failure): failure.advised(of: host)
            }
        return end(
            Ending(.unavailable, reason.word, detail: sentence), isServiceFault: reason.isServiceFault, &context)
    }

    private mutating func end(_ ending: Ending, isServiceFault: Bool, _ context: inout Context) -> [LinkNews] {
        if isServiceFault {
            context.effects.append(.serviceFails)
        } else if owesVerdict {
            context.effects.append(.serviceUnknown)
        }
        owesVerdict = false
        isOver = true
        return [.unavailable(ending)]
    }
}
