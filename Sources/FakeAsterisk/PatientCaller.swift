/// A caller without a plan, who listens before pressing keys: the first key is pressed after the greeting, the next one
/// into the middle of the answer, the one after that at the end of its answer, and so on. It is told the time.
public struct PatientCaller: Sendable {
    /// How long the caller thinks before a key, and how long it waits for a greeting or an answer that does not come.
    static let thought = Duration.milliseconds(400)
    static let patienceAtFirst = Duration.seconds(8)
    /// How long it waits for a greeting once the call is joined to a session.
    static let patienceWithFlow = Duration.seconds(4)
    static let patience = Duration.seconds(8)

    public enum Deed: Equatable, Sendable { case press(Character), hangUp }

    private var keys: Substring
    private var interrupts = false
    /// When the current sound, or the current silence, began.
    private var since = Duration.zero
    private var playing: Duration?
    /// Whether anything was heard at all, whether the call is joined to a session, and whether anything was heard since
    /// the last key.
    private var isGreeted = false
    private var isJoined = false
    private var isAnswered = false
    private var isGone = false

    public init(keys: String) { self.keys = keys[...] }

    /// Takes notice of what happened in the call.
    public mutating func notice(_ event: CallRecord.Event) {
        switch event.what {
        case .playing(_, let length):
            playing = length
            since = event.at
            (isGreeted, isAnswered) = (true, true)
        case .heard(let sound) where sound.end != .missing:
            playing = nil
            since = event.at
        case .command(let line) where CallRecord.session(in: line) != nil && !isJoined:
            isJoined = true
            since = max(since, event.at)
        case .key: since = max(since, event.at)
        case .hangup, .exited: isGone = true
        default: break
        }
    }

    /// When the caller does something if nothing happens until then; nil for never.
    public var deadline: Duration? {
        if isGone { return nil }
        if let playing {
            return interrupts && !keys.isEmpty ? since + min(Self.thought, playing / 2) : nil
        }
        if isAnswered && !keys.isEmpty { return since + Self.thought }
        if isGreeted { return since + Self.patience }
        return since + (isJoined ? Self.patienceWithFlow : Self.patienceAtFirst)
    }

    /// What the caller does now; nil for nothing.
    public mutating func next(at now: Duration) -> Deed? {
        guard let deadline, deadline <= now else { return nil }
        since = now
        guard let key = keys.popFirst() else {
            isGone = true
            return .hangUp
        }
        interrupts.toggle()
        isAnswered = false
        return .press(key)
    }
}
