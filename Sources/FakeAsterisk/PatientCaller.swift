/// A caller with keys to press who listens: the first is pressed when he was asked, the next into the answer, the
/// next after it, and so on. No clock of its own.
package struct PatientCaller: Sendable {
    /// How long he thinks, and how long he waits for a greeting or an answer that does not come.
    static let thought = Duration.milliseconds(400)
    static let patienceAtFirst = Duration.seconds(8)
    /// For a greeting, once the flow is there.
    static let patienceWithFlow = Duration.seconds(4)
    static let patience = Duration.seconds(8)

    package enum Deed: Equatable, Sendable { case press(Character), hangUp }

    private var keys: Substring
    private var interrupts = false
    /// Since when it has been as it is: playing, or silent.
    private var since = Duration.zero
    private var playing: Duration?
    /// Whether anything was heard yet, and whether since the last key.
    private var isGreeted = false
    private var isJoined = false
    private var isAnswered = false
    private var isGone = false

    package init(keys: String) { self.keys = keys[...] }

    /// What the caller hears of the call.
    package mutating func notice(_ event: CallRecord.Event) {
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

    /// When he does something, if nothing happens until then.
    package var deadline: Duration? {
        if isGone { return nil }
        if let playing {
            return interrupts && !keys.isEmpty ? since + min(Self.thought, playing / 2) : nil
        }
        if isAnswered && !keys.isEmpty { return since + Self.thought }
        if isGreeted { return since + Self.patience }
        return since + (isJoined ? Self.patienceWithFlow : Self.patienceAtFirst)
    }

    /// What he does now.
    package mutating func next(at now: Duration) -> Deed? {
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
