/// A caller who follows a `CallPlan`: turns triggers and delays into keys, speech and a hangup. It is told the time.
struct ScriptedCaller: Sendable {
    /// What the caller sees of the call.
    struct View {
        var isIdle = true
        var isWaiting = false
        /// Everything that has happened so far, in order.
        var events: [CallRecord.Event] = []
    }

    enum Deed: Equatable {
        /// A key was pressed and released.
        case key(AGIServer.PressedKey)
        case say([UInt8])
        case hangUp
    }

    private var steps: ArraySlice<CallPlan.Step>
    /// The deeds of the current step, in the order of their times.
    private var timeline: [(at: Duration, deed: Deed)] = []
    /// How many events there were when the step before was done.
    private var seen = 0

    init(_ plan: CallPlan) { steps = plan.steps[...] }

    /// When the next deed is due.
    var deadline: Duration? { timeline.first?.at }

    /// The next deed that is due; nil for none.
    mutating func next(_ view: View, at now: Duration) -> Deed? {
        if timeline.isEmpty, let step = steps.first, isTriggered(step.trigger, view) {
            steps.removeFirst()
            schedule(step, from: now)
        }
        guard let first = timeline.first, first.at <= now else { return nil }
        timeline.removeFirst()
        if timeline.isEmpty { seen = view.events.count }
        return first.deed
    }

    /// Presses a key now, besides the plan.
    mutating func press(_ digit: Character, holding: Duration, at now: Duration) {
        let began = max(now, timeline.last?.at ?? now)
        timeline.append((began + holding, .key(.init(digit: digit, began: began, ended: began + holding))))
    }

    private mutating func schedule(_ step: CallPlan.Step, from now: Duration) {
        let start = now + step.delay
        switch step.action {
        case .hangUp: timeline.append((start, .hangUp))
        case .say(let samples): timeline.append((start, .say(samples)))
        case .press(let keys, let holding, let every):
            for (index, digit) in keys.enumerated() {
                let began = start + every * index
                let ended = began + holding
                timeline.append((ended, .key(.init(digit: digit, began: began, ended: ended))))
            }
        }
    }

    private func isTriggered(_ trigger: CallPlan.Trigger, _ view: View) -> Bool {
        switch trigger {
        case .next: true
        case .whenIdle: view.isIdle
        case .whenWaiting: view.isWaiting
        case .whenPlaying(let number):
            view.events.count { if case .playing = $0.what { true } else { false } } >= number
        case .whenHeard(let number):
            view.events.count { if case .heard(let sound) = $0.what { sound.end != .missing } else { false } } >= number
        case .whenRunning(let words):
            view.events.dropFirst(seen).contains {
                if case .command(let line) = $0.what { line.uppercased().hasPrefix(words.uppercased()) } else { false }
            }
        }
    }
}
