/// What a number of lines say together: how calls ended, how long each step took, how many there were at once.
public struct Report: Sendable {
    /// How a call ended.
    struct Outcome: Hashable, Comparable, Sendable {
        let status: String
        let reason: String

        /// The service was away, or the installation is broken.
        var isBad: Bool { status == "UNAVAILABLE" || status == "ERROR" }

        static func < (one: Outcome, other: Outcome) -> Bool {
            (one.status, one.reason) < (other.status, other.reason)
        }
    }

    /// Calls that ended within an hour.
    struct Hour: Sendable {
        var calls = 0
        var bad = 0
    }

    /// Lines that make no sense, and where the first one is.
    struct Broken: Sendable {
        var count = 0
        var first = ""
    }

    /// The times of the set-up, in the order in which they pass.
    static let setUp: [MetricsField] = [.token, .sessionTime, .socket, .setup, .firstSound]
    /// The times of a turn.
    static let turnTimes: [MetricsField] = [.endOfTurn, .recognition, .dialog, .synthesis, .firstSound]

    private let period: Period
    var calls = 0
    var bad = 0
    var outcomes = Tally<Outcome>()
    var steps: [MetricsField: Histogram] = [:]
    var length = Histogram()
    var atOnce = CallsAtOnce()
    /// By the hour since 1970.
    var hours: [Int: Hour] = [:]
    var spoken = Turns()
    var keyed = Turns()
    var help = 0
    var prompts = 0
    var interruptions = 0
    /// Calls whose socket was opened again, and calls of which a request was made again.
    var reconnected = 0
    var retried = 0
    /// Callers who hung up before they heard anything.
    var unheard = 0
    /// The time of the first line and of the last, by their own words.
    var begin = Double.infinity
    var end = -Double.infinity
    var broken = Broken()
    /// Lines of events that this version does not know.
    var unknown = 0

    public init(of period: Period = Period()) { self.period = period }

    /// Takes a line; nil for one that was too long. `place` says where it stands, and is asked only when that matters.
    public mutating func take(_ bytes: ArraySlice<UInt8>?, at place: () -> String) {
        // An empty line says nothing and breaks nothing.
        if let bytes, bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) { return }
        guard let bytes else { return refuse("it is longer than \(LineCutter.longest / 1024) KiB", place) }
        do throws(MetricsLine.Fault) {
            let line = try MetricsLine(bytes)
            if period.holds(line.time) { add(line) }
        } catch {
            refuse(error.words, place)
        }
    }

    private mutating func refuse(_ words: String, _ place: () -> String) {
        if broken.count == 0 { broken.first = "\(place()): \(words)" }
        broken.count += 1
    }

    /// The time of a line; nil where it makes no sense.
    public static func time(of line: ArraySlice<UInt8>) -> Double? { (try? MetricsLine(line))?.time }

    /// Every line was taken.
    public mutating func finish() { atOnce.finish() }

    private mutating func add(_ line: MetricsLine) {
        (begin, end) = (min(begin, line.time), max(end, line.time))
        switch line.event {
        case .call: addCall(line)
        case .voiceTurn: spoken.add(line)
        case .keyTurn: keyed.add(line)
        case .help: help += 1
        case .callerSaid, .callerKeyed, .flowSaid: break
        case nil: unknown += 1
        }
    }

    private mutating func addCall(_ line: MetricsLine) {
        let outcome = Outcome(status: Words.name(line.text(.status)), reason: Words.name(line.text(.reason)))
        calls += 1
        if outcome.isBad { bad += 1 }
        outcomes.add(outcome)
        // A dialog waits for the caller's first word, and a handoff says nothing: their times are no set-up.
        let greets = !["dialog", "handoff"].contains(line.text(.service))
        for field in Self.setUp where greets {
            if let time = line.number(field) { steps[field, default: Histogram()].add(time) }
        }
        let time = line.number(.length) ?? 0
        length.add(time)
        atOnce.add(end: line.time, length: time / 1000)
        let hour = Int(line.time / 3600)
        hours[hour, default: Hour()].calls += 1
        if outcome.isBad { hours[hour, default: Hour()].bad += 1 }
        prompts += line.count(.prompts)
        interruptions += line.count(.interruptions)
        if line.count(.reconnects) > 0 { reconnected += 1 }
        if line.count(.retries) > 0 { retried += 1 }
        if greets, outcome.status == "HANGUP", line.number(.firstSound) == nil { unheard += 1 }
    }

    /// There was no line at all, or none of the period.
    public var isEmpty: Bool { begin > end && broken.count == 0 }

    /// The hour in which most calls ended, the first of several.
    var busiestHour: (hour: Int, calls: Int)? {
        hours.max { ($0.value.calls, $1.key) < ($1.value.calls, $0.key) }.map { ($0.key, $0.value.calls) }
    }

    /// How the calls ended that the caller is not to be blamed for, by reason.
    var errors: [(name: Outcome, count: Int)] { outcomes.sorted.filter { $0.name.isBad } }
}
