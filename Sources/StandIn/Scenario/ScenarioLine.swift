import JSON

/// Reads one line of a scenario from left to right.
struct ScenarioLine {
    struct Word: Equatable {
        let text: String
        let isQuoted: Bool
    }

    private let number: Int
    private var rest: Substring

    init(_ text: Substring, number: Int) {
        rest = text
        self.number = number
    }

    func mistake(_ reason: Scenario.Mistake.Reason) -> Scenario.Mistake {
        Scenario.Mistake(line: number, reason: reason)
    }

    /// The next word; nil at the end of the line or at a comment.
    mutating func word() throws(Scenario.Mistake) -> Word? {
        rest = rest.drop { $0.isWhitespace }
        guard let first = rest.first, first != ";" else { return nil }
        if first == "\"" { return Word(text: try quoted(), isQuoted: true) }
        let text = rest.prefix { !$0.isWhitespace }
        rest = rest.dropFirst(text.count)
        return Word(text: String(text), isQuoted: false)
    }

    mutating func word(_ what: String) throws(Scenario.Mistake) -> String {
        guard let word = try word() else { throw mistake(.missing(what)) }
        return word.text
    }

    /// Takes the next word if it is `expected`.
    mutating func goesOn(with expected: String) throws(Scenario.Mistake) -> Bool {
        let before = self
        if try word()?.text == expected { return true }
        self = before
        return false
    }

    mutating func number(_ what: String, in range: ClosedRange<Int>) throws(Scenario.Mistake) -> Int {
        let text = try word(what)
        guard let value = Int(text), range.contains(value) else { throw mistake(.notANumber(text)) }
        return value
    }

    mutating func milliseconds() throws(Scenario.Mistake) -> Duration {
        .milliseconds(try number("a number of milliseconds", in: 0...3_600_000))
    }

    /// Whether nothing but a comment follows.
    func isAtEnd() -> Bool { rest.first { !$0.isWhitespace } ?? ";" == ";" }

    /// The JSON object that begins here and ends at its closing brace.
    mutating func object() throws(Scenario.Mistake) -> JSON {
        let value = try objectOrArray()
        if value.object == nil { throw mistake(.notJSON) }
        return value
    }

    mutating func objectOrArray() throws(Scenario.Mistake) -> JSON {
        rest = rest.drop { $0.isWhitespace }
        var depth = 0
        var inString = false
        var escaped = false
        var end = rest.startIndex
        repeat {
            guard end < rest.endIndex else { throw mistake(.notJSON) }
            let character = rest[end]
            end = rest.index(after: end)
            if escaped {
                escaped = false
            } else if inString {
                escaped = character == "\\"
                inString = character != "\""
            } else if character == "\"" {
                inString = true
            } else if character == "{" || character == "[" {
                depth += 1
            } else if character == "}" || character == "]" {
                depth -= 1
            }
        } while depth > 0 || inString
        guard let value = try? JSON(parsing: rest[..<end].utf8), value.object != nil || value.array != nil else {
            throw mistake(.notJSON)
        }
        rest = rest[end...]
        return value
    }

    /// The text between quotation marks. The character after a backslash is taken as it is.
    private mutating func quoted() throws(Scenario.Mistake) -> String {
        var text = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            if character == "\"" { return text }
            if character != "\\" {
                text.append(character)
            } else if let next = rest.popFirst() {
                text.append(next)
            }
        }
        throw mistake(.unendedQuote)
    }
}
