import AGI

/// The last turn, until the first sound of its answer is played, or until that is not to be expected any more. It watches
/// what happens and what is done, as `CallSummary` does.
public struct OpenTurn {
    private var turn: TurnMetrics?
    /// The message with which its answer begins; nil: none is made yet.
    private var answer: Playlist.ID?
    /// Which message a file is the sound of, and the messages that are said as numbers.
    private var sounds: [String: Playlist.ID] = [:]
    private var numbers: Set<Playlist.ID> = []

    public init() {}

    /// The turns of which all is known by now. `effects` are what becomes of `event`.
    public mutating func note(_ event: Event, _ effects: [Effect], at now: Duration) -> [TurnMetrics] {
        switch event {
        case .prepared(let id, .file(let path)?, _), .prepared(let id, .growing(let path)?, _): sounds[path] = id
        case .prepared(let id, .number?, _): numbers.insert(id)
        default: break
        }
        var closed: [TurnMetrics] = []
        for effect in effects {
            switch effect {
            case .turn(let next): closed += begin(next)
            case .prepare(let id, _): if turn != nil { answer = answer ?? id }
            case .discard(let id):
                numbers.remove(id)
                if let path = sounds.first(where: { $0.value == id })?.key { sounds[path] = nil }
            case .send(.streamFile(let path, _, _), _):
                if let id = sounds[path] { closed += played(id, now) }
            case .send(.sayNumber, _):
                // It does not say which one it is, but messages are played in their order.
                if let id = numbers.min() { closed += played(id, now) }
            case .finish: closed += close()
            default: break
            }
        }
        return closed
    }

    private mutating func begin(_ next: TurnMetrics) -> [TurnMetrics] {
        let before = close()
        if next.since == nil { return before + [next] }
        (turn, answer) = (next, next.answer)
        return before
    }

    /// What was said before the answer may still play.
    private mutating func played(_ id: Playlist.ID, _ now: Duration) -> [TurnMetrics] {
        guard let answer, id >= answer, let since = turn?.since else { return [] }
        turn?.firstSound = now - since
        return close()
    }

    private mutating func close() -> [TurnMetrics] {
        defer { (turn, answer) = (nil, nil) }
        return turn.map { [$0] } ?? []
    }
}
