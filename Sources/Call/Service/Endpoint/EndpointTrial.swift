import Cognigy
import Flow
import HTTP
import WebSocket

/// Tries an endpoint without a caller: until it is ready, or until the flow has answered one input. It is a machine as
/// the call is: it is told what happened, and answers with effects.
public struct EndpointTrial {
    public enum Outcome: Equatable, Sendable {
        case ready
        /// What the flow said, in words, and how many sounds it played.
        case answered([String], sounds: Int)
        case failed(Ending)
    }

    private var link: any FlowLink
    private var context: Context
    private let facts: CallFacts
    private let dialect: InputDialect
    private let asks: Bool
    private var words: [String] = []
    private var sounds = 0
    private var hasAsked = false
    public private(set) var outcome: Outcome?

    /// How long the flow may take for its answer.
    static let patience = Duration.seconds(30)

    /// `asks`: the flow is run, with the input by which a call begins.
    public init(_ endpoint: Endpoint, _ way: EndpointService.Way, dialect: InputDialect, asks: Bool, seed: UInt64) {
        context = Context(seed: seed)
        let name = "check-\(String(context.random.next(), radix: 36))"
        facts = CallFacts(callSID: name, callID: name, from: "check", to: "check")
        link = way.link(to: endpoint, Endpoint.Parties(userID: name, sessionID: name))
        self.dialect = dialect
        self.asks = asks
    }

    public var nextDeadline: Duration? { context.timers.next }

    public mutating func begin(now: Duration, wallClock: Double) -> [Effect] {
        (context.now, context.wallClock) = (now, wallClock)
        take(link.begin(&context))
        return done()
    }

    public mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect] {
        (context.now, context.wallClock) = (now, wallClock)
        if outcome == nil { take(link.handle(event, &context)) }
        while outcome == nil, let timer = context.timers.takeDue(now) {
            if timer == .reply { end(.failed(noReply)) } else { take(link.due(timer, &context)) }
        }
        return done()
    }

    private mutating func take(_ news: [LinkNews]) {
        for news in news where outcome == nil {
            switch news {
            case .opened where asks: ask()
            case .opened: end(.ready)
            case .output(let json):
                for step in FlowOutput(json).steps {
                    switch step {
                    case .say(let text, let isMarkup, _): words.append(isMarkup ? Markup.words(of: text) : text)
                    case .play(let addresses, _, let instead):
                        sounds += addresses.count
                        words += [instead].compactMap(\.self)
                    default: break
                    }
                }
            case .turnEnded(.error): end(.failed(Ending(.unavailable, "flow_error", detail: "the flow failed")))
            case .turnEnded: end(.answered(words, sounds: sounds))
            case .failed(let why): end(.failed(Ending(.unavailable, "flow_error", detail: "the flow failed: \(why)")))
            case .unavailable(let ending): end(.failed(ending))
            case .lost: break
            }
        }
    }

    private mutating func ask() {
        if hasAsked { return }
        hasAsked = true
        let message = FlowInput.callCreated.message(facts, in: dialect)
        link.send(message?.text ?? "", message?.data, isSensitive: false, &context)
        context.timers.set(.reply, context.now + Self.patience)
    }

    private var noReply: Ending {
        Ending(.unavailable, "no_reply", detail: "the flow has not answered for \(Self.patience)")
    }

    private mutating func end(_ outcome: Outcome) {
        self.outcome = outcome
        link.leave(.normal, &context)
    }

    private mutating func done() -> [Effect] {
        defer { context.effects = [] }
        return context.effects
    }
}
