import System
import TestService
import Testbed

/// Callers of one kind, one after the other, and how far each has come.
final class Batch {
    /// Those of one SIPp. The numbers of its calls begin above `base`.
    private struct Wave {
        let callers: Callers
        let prefix: String
        let base: Int
    }

    let keys: String
    /// Where the service's journal was when they began.
    let beginning: Int
    private let sound: CallerSound
    private let trunk: String
    private let kamailio: String
    private var waves: [Wave] = []
    /// How many are to call.
    private(set) var count = 0
    private(set) var asked: [Int: Duration] = [:]
    private(set) var answered: [Int: Duration] = [:]
    private(set) var done: [Int: Duration] = [:]
    /// Who was turned away, or has given up.
    private(set) var lost: Set<Int> = []

    /// They press `keys`, and then 0, which leads to an agent, if they ask for one.
    init(
        keys: Int, asksForAgent: Bool = false, lasting length: Duration, from trunk: String, to kamailio: String,
        beginning: Int
    ) {
        var random = SeededGenerator(seed: 4733)
        var pressed = (0..<keys).map { _ in "123456789*#".randomElement(using: &random) ?? "1" }
        if asksForAgent { pressed.append("0") }
        let pace = (length - .seconds(2)) / pressed.count
        let presses = pressed.enumerated().map { CallerSound.Press(time: .seconds(1) + pace * $0, key: $1) }
        self.keys = String(pressed)
        (self.trunk, self.kamailio, self.beginning) = (trunk, kamailio, beginning)
        sound = CallerSound(length: length, presses)
    }

    /// Lets so many more call; `prefix` is what their numbers begin with.
    func call(_ count: Int, _ prefix: String, within ramp: Duration) throws {
        let callers = try Callers(
            count, sound, as: prefix + "[call_number]", every: ramp / count, from: trunk, to: kamailio)
        waves.append(Wave(callers: callers, prefix: prefix, base: self.count))
        self.count += count
    }

    /// Looks what the callers have told meanwhile.
    func update() {
        let now = MonotonicClock.now()
        for wave in waves {
            for (call, step) in wave.callers.steps() {
                let number = wave.base + call
                asked[number] = asked[number] ?? now
                switch step {
                case .asked: break
                case .answered: answered[number] = answered[number] ?? now
                case .done: done[number] = done[number] ?? now
                case .lost: lost.insert(number)
                }
                if step == .done { answered[number] = answered[number] ?? now }
            }
        }
    }

    func name(_ number: Int) -> String {
        guard let wave = waves.last(where: { $0.base < number }) else { return "nobody" }
        return "\(wave.prefix)\(number - wave.base)"
    }

    var numbers: [Int] { asked.keys.sorted() }

    /// Whether all have asked.
    var hasBegun: Bool { asked.count == count }

    /// Whether everybody's call is over, however it went.
    func hasEnded() throws -> Bool {
        try waves.allSatisfy { wave in
            try !Poll.wait(for: [Poll.Interest(wave.callers.ending.raw, .readable)], timeout: .zero).isEmpty
        }
    }

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

    /// How far its callers are, and what SIPp did not expect.
    func statement() -> [String] {
        let open = numbers.filter { done[$0] == nil }.prefix(20).map {
            name($0) + (answered[$0] == nil ? " not answered" : "") + (lost.contains($0) ? " lost" : "")
        }
        let counts = "\(asked.count) of \(count) have asked, \(answered.count) were answered, \(done.count) are done"
        return ["SIPp: \(counts); open: \(open.joined(separator: ", "))"]
            + waves.flatMap { wave in
                let end = wave.callers.status().map { "has ended: \($0)" } ?? "runs"
                return ["SIPp of \(wave.prefix) \(end)"] + wave.callers.complaints().suffix(30).map { "SIPp: \($0)" }
            }
    }
}
