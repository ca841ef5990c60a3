import AGI
import HTTP

/// What the metrics say of a whole call: when it came how far, and how often something happened. It watches what happens
/// and what is done, as a trace does, so nothing in the call has to keep times for it.
public struct CallSummary: Equatable, Sendable {
    /// How long each step of the set-up took: from the first request to the answer that counted, and from the opening of a
    /// socket until it was open.
    public private(set) var token, session, socket: Duration?
    /// From the start of the program until the service was ready, and until the first of its words was played.
    public private(set) var setup, firstSound: Duration?
    public private(set) var sessionID: String?
    /// Prompts of the service that were begun.
    public private(set) var prompts = 0
    /// How often the socket was opened again, and how often a request of the set-up was made again because it had failed.
    public private(set) var reconnects = 0
    public private(set) var retries = 0

    private var began: Duration?
    private var asked: [Purpose: Duration] = [:]
    private var openedSocketAt: Duration?
    private var hasBeenOpen = false
    private var sounds: Set<String> = []

    public init() {}

    /// How long the call has lasted.
    public func length(at now: Duration) -> Duration { began.map { now - $0 } ?? .zero }

    /// `effects` are what became of `event`.
    public mutating func note(_ event: Event, _ effects: [Effect], at now: Duration) {
        switch event {
        case .start: began = now
        case .response(let purpose, let result): answered(purpose, result, now)
        case .socket(.opened):
            if hasBeenOpen { reconnects += 1 }
            hasBeenOpen = true
            socket = socket ?? openedSocketAt.map { now - $0 }
        case .prepared(_, .file(let path)?, _), .prepared(_, .growing(let path)?, _): sounds.insert(path)
        default: break
        }
        for effect in effects { note(effect, at: now) }
    }

    private mutating func answered(_ purpose: Purpose, _ result: Result<Response, Failure>, _ now: Duration) {
        guard case .success(let response) = result, response.status < 400, let since = asked[purpose] else { return }
        asked[purpose] = nil
        switch purpose {
        case .token: token = token ?? now - since
        case .session: session = session ?? now - since
        case .recognition, .dialog, .input: break
        }
    }

    private mutating func note(_ effect: Effect, at now: Duration) {
        switch effect {
        case .request(let purpose, _):
            if asked[purpose] != nil, purpose == .token || purpose == .session { retries += 1 }
            asked[purpose] = asked[purpose] ?? now
        case .cancel(let purpose): asked[purpose] = nil
        case .openSocket: openedSocketAt = now
        case .serviceWorks: setup = setup ?? length(at: now)
        case .sessionBegan(let id): sessionID = id
        case .send(.streamFile(let path, _, _), _):
            if sounds.contains(path) { played(at: now) }
        case .send(.sayNumber, _): played(at: now)
        default: break
        }
    }

    private mutating func played(at now: Duration) {
        prompts += 1
        firstSound = firstSound ?? length(at: now)
    }
}
