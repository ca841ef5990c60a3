import System
import TestService
import Testbed

/// Callers of one kind, one after the other, and how far each has come.
final class Batch {
    let keys: String
    let callers: Callers
    private let prefix: String
    /// Where the service's journal was when they began.
    let beginning: Int
    private(set) var asked: [Int: Duration] = [:]
    private(set) var answered: [Int: Duration] = [:]
    private(set) var done: [Int: Duration] = [:]

    /// They press `keys`, and then 0, which leads to an agent, if they ask for one.
    init(
        _ count: Int, _ prefix: String, keys: Int, asksForAgent: Bool = false, lasting length: Duration,
        within ramp: Duration, from trunk: String, to kamailio: String, beginning: Int
    ) throws {
        var random = SeededGenerator(seed: 4733)
        var pressed = (0..<keys).map { _ in "123456789*#".randomElement(using: &random) ?? "1" }
        if asksForAgent { pressed.append("0") }
        let pace = (length - .seconds(2)) / pressed.count
        let presses = pressed.enumerated().map { CallerSound.Press(time: .seconds(1) + pace * $0, key: $1) }
        self.keys = String(pressed)
        (self.prefix, self.beginning) = (prefix, beginning)
        callers = try Callers(
            count, CallerSound(length: length, presses), as: prefix + "[call_number]", every: ramp / count,
            from: trunk, to: kamailio)
    }

    /// Looks what the callers have told meanwhile.
    func update() {
        let now = MonotonicClock.now()
        for (number, step) in callers.steps() {
            asked[number] = asked[number] ?? now
            if step != .asked { answered[number] = answered[number] ?? now }
            if step == .done { done[number] = done[number] ?? now }
        }
    }

    func name(_ number: Int) -> String { "\(prefix)\(number)" }
    var numbers: [Int] { asked.keys.sorted() }

    /// How long a caller waited for an answer.
    func delay(of number: Int) -> Duration? {
        guard let asked = asked[number], let answered = answered[number] else { return nil }
        return answered - asked
    }

    /// Who talks at that time, or waits to be answered.
    func running(at time: Duration) -> [Int] {
        numbers.filter { (asked[$0] ?? time) < time && (done[$0] ?? .seconds(1 << 30)) > time }
    }

    func new(since time: Duration) -> [Int] { numbers.filter { (asked[$0] ?? .zero) >= time } }
}
