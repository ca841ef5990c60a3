extension Scenario {
    /// What is wrong in the text of a scenario, and in which line.
    public struct Mistake: Error, Equatable, CustomStringConvertible {
        public enum Reason: Equatable, Sendable {
            case unknownWord(String)
            case missing(String)
            case notANumber(String)
            case notHex(String)
            case notAKey(String)
            case notAToken(String)
            case notJSON
            case wrongKind(String)
            case unendedQuote
            case misplaced(String)
            case twoActions(String)
            case nothingBefore
        }

        public let line: Int
        public let reason: Reason

        public var description: String {
            let text =
                switch reason {
                case .unknownWord(let word): "\"\(word)\" means nothing here"
                case .missing(let what): "\(what) is missing"
                case .notANumber(let word): "\"\(word)\" is not a number"
                case .notHex(let word): "\"\(word)\" is not bytes in hexadecimal"
                case .notAKey(let word): "\"\(word)\" is not a key: 0-9, *, # or any"
                case .notAToken(let word): "\"\(word)\" is not a token of 64 hexadecimal digits"
                case .notJSON: "this is not a JSON object"
                case .wrongKind(let name): "the value of \"\(name)\" is of the wrong kind"
                case .unendedQuote: "a quotation mark is missing"
                case .misplaced(let word): "\"\(word)\" cannot happen there"
                case .twoActions(let word): "\"\(word)\" comes after another action: write it in a line with \"then\""
                case .nothingBefore: "\"then\" needs a rule before it"
                }
            return "line \(line): \(text)"
        }
    }
}
