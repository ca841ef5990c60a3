import JSON
import Text

/// Values as flows write them: numbers within bounds, times in either unit, texts that hold something.
extension JSON {
    /// The object or the list that a string holds.
    static func parsed(_ json: JSON) -> JSON? {
        guard case .string(let text) = json, let value = try? JSON(parsing: text.utf8) else { return nil }
        return value.object != nil || value.array != nil ? value : nil
    }

    /// A text that is not blank.
    var words: String? { string.flatMap { $0.isBlank ? nil : $0 } }

    /// A text, a number or a truth value as a text.
    var scalar: String? { string ?? bool.map { $0 ? "true" : "false" } }

    /// The texts of a list, or the one text.
    var list: [String] { array?.compactMap(\.words) ?? words.map { [$0] } ?? [] }

    /// A number without its fraction, moved into `range`.
    func whole(in range: ClosedRange<Int>) -> Int? {
        guard let number, !number.isNaN else { return nil }
        if number <= Double(range.lowerBound) { return range.lowerBound }
        return number >= Double(range.upperBound) ? range.upperBound : Int(number)
    }

    /// No time that a flow names is longer than a day.
    static let longestTime = Duration.seconds(86_400)

    /// A time. Verbs count seconds and the settings of nodes count milliseconds, and neither says so; but nobody waits for
    /// less than 100 milliseconds or more than 100 seconds. So a number below `limit` counts seconds.
    func time(secondsBelow limit: Double = 100) -> Duration? {
        guard let number, number >= 0 else { return nil }
        let milliseconds = number < limit ? number * 1000 : number
        if milliseconds >= 86_400_000 { return JSON.longestTime }
        return .milliseconds(Int(milliseconds.rounded()))
    }

    /// How often something is repeated: once unless it says otherwise; 0 and `true` are for ever.
    static func loops(_ json: JSON?) -> Int {
        guard let json else { return 1 }
        if case .bool(let isEndless) = json { return isEndless ? 0 : 1 }
        if let number = json.number, number < 0 { return 1 }
        return json.whole(in: 0...1000) ?? 1
    }
}

extension String {
    var isBlank: Bool { allSatisfy(\.isWhitespace) }

    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }

    /// Its beginning, harmless for a line of the log.
    var shortened: String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(80).map { $0.isControlOrLineBreak ? "?" : $0 }))
    }
}
