import FakeAsterisk
import System

/// A cell of the table: words for an operator, and whether what was seen is what they say.
struct Cell: Sendable {
    /// How well a call gets over a fault.
    enum Verdict: String, Sendable {
        case served = "served"
        case people = "people"
        case over = "over"
        case dead = "dies"
    }

    let words: String
    var verdict: Verdict?
    let holds: @Sendable (Sighting) -> Bool

    init(_ words: String, _ verdict: Verdict? = nil, holds: @escaping @Sendable (Sighting) -> Bool) {
        self.words = words
        self.verdict = verdict
        self.holds = holds
    }

    /// Both.
    static func + (one: Cell, other: Cell) -> Cell {
        Cell("\(one.words), \(other.words)", one.verdict ?? other.verdict) { one.holds($0) && other.holds($0) }
    }

    // MARK: What the caller gets

    /// The flow has the call to its end, and each key that Asterisk has told of arrives once and in order.
    static let served = Cell("is served, every key arrives", .served) {
        $0.status == "COMPLETED" && $0.reason == "end" && $0.arrivedKeys == $0.pressedKeys && $0.violations.isEmpty
    }

    /// The flow ends the call in another way than by its word.
    static func ended(_ reason: String) -> Cell {
        Cell("the call ends (`COMPLETED`, `\(reason)`)", .over) { $0.status == "COMPLETED" && $0.reason == reason }
    }

    /// A dialog answers what he says, and may be asked twice.
    static let answered = Cell("is answered", .served) {
        ($0.status == nil || $0.status == "HANGUP") && $0.arrivedKeys.hasPrefix($0.pressedKeys)
            && $0.sounds.contains { $0.end == .complete }
    }

    /// The sentence of a dialog that is lost.
    static let saysGoodbye = Cell("hears that there was an interruption") {
        $0.voiced.last?.contains("connection interruption") == true && $0.sounds.last?.end == .complete
    }

    /// The dialplan goes on with UNAVAILABLE, and the caller is still there.
    static func people(_ reason: String) -> Cell {
        Cell("people (`\(reason)`)", .people) {
            $0.status == "UNAVAILABLE" && $0.reason == reason && $0.isChannelThere
        }
    }

    /// The installation is at fault, and the dialplan goes on.
    static func refused(_ reason: String) -> Cell {
        Cell("people (`ERROR`, `\(reason)`)", .people) {
            $0.status == "ERROR" && $0.reason == reason && $0.isChannelThere
        }
    }

    /// The program is gone without a word, and the dialplan goes on with what the beginning of the call has set.
    static let abandoned = Cell("silence, then the dialplan goes on (`ERROR`, `unfinished`)", .dead) {
        $0.status == "ERROR" && $0.reason == "unfinished" && $0.isChannelThere
    }

    /// Long before `setup_timeout`, which is 15 s, is over.
    static let atOnce = Cell("at once") { $0.length < .seconds(9) }

    static func after(_ setting: String, _ time: Duration) -> Cell {
        Cell("after `\(setting)`") { $0.length >= time && $0.length < time + .seconds(10) }
    }

    static func hears(_ words: String, _ name: String) -> Cell {
        Cell(words) { $0.sounds.contains { $0.name.hasSuffix(name) && $0.end == .complete } }
    }

    // MARK: What is left

    /// No file of the call, no half of a file, and nothing against the service.
    static let nothing = Cell("nothing") { $0.left.isEmpty }
    static let away = Cell("that it is away, for the calls after it") { $0.left == ["Redis away"] }

    /// A call that comes back to it finds that it answers, until it is asked to write.
    static let perhapsAway = Cell("nothing, or that it is away") { Set($0.left).isSubset(of: ["Redis away"]) }

    /// One call that the breaker counts against the service.
    static let counted = Cell("one failure in the breaker's tally") { $0.left == ["breaker tally 1"] }

    static func leaves(_ words: String, _ left: String...) -> Cell { Cell(words) { $0.left == left.sorted() } }

    // MARK: How the program ends

    static func exits(_ code: CInt) -> Cell {
        Cell("\(code)") { $0.exit == .code(code) }
    }

    static func isKilled(by signal: CInt, _ name: String) -> Cell { Cell(name) { $0.exit == .signal(signal) } }

    // MARK: What it says

    /// Where the caller may have what he wants before there is anything to be told.
    static func perhaps(_ words: String...) -> Cell {
        Cell("nothing, or in our log: “\(words.joined(separator: "” or “"))”") { seen in
            seen.console.isEmpty && seen.logged.allSatisfy { line in words.contains { line.contains($0) } }
        }
    }

    static let silent = Cell("nothing") { seen in
        // A machine that plays many faults at once may let the fake Asterisk answer late.
        let logged = seen.logged.filter { !$0.contains("nobody expands expressions") }
        return seen.console.isEmpty && logged.isEmpty
    }

    /// A line in Asterisk's own log that has all of these words, in this order.
    static func says(_ words: String...) -> Cell {
        Cell("“\(quoted(words))”") { seen in seen.console.contains { isFound(words, in: $0) } }
    }

    /// A line in the log of the bridge, of a level that is logged by default; Asterisk's own is quiet.
    static func notes(_ words: String...) -> Cell {
        Cell("in our log: “\(quoted(words))”") { seen in
            seen.logged.contains { isFound(words, in: $0) } && seen.console.isEmpty
        }
    }

    private static func quoted(_ words: [String]) -> String { words.filter { !$0.isEmpty }.joined(separator: " … ") }

    private static func isFound(_ words: [String], in line: String) -> Bool {
        var rest = line[...]
        for word in words {
            guard let range = rest.firstRange(of: word) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
