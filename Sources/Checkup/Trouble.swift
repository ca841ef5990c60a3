/// What a step found wrong, or why it was not tried, and what to do next.
public struct Trouble: Error, Equatable, Sendable {
    public let outcome: Finding.Outcome
    public let problem: String
    public let remedy: String?

    private init(_ outcome: Finding.Outcome, _ problem: String, _ remedy: String?) {
        (self.outcome, self.problem, self.remedy) = (outcome, problem, remedy)
    }

    public init(_ fault: Finding.Fault, _ problem: String, _ remedy: String) {
        self.init(.bad(fault), problem, remedy)
    }

    /// A sentence that ends with what to do, as messages of this program have it: "problem; remedy". Where it says nothing
    /// of the kind, `remedy` is what to do.
    public init(_ fault: Finding.Fault, sentence: String, or remedy: String? = nil) {
        guard let end = sentence.utf8.firstRange(of: "; ") else {
            self.init(.bad(fault), sentence, remedy)
            return
        }
        self.init(.bad(fault), String(sentence[..<end.lowerBound]), String(sentence[end.upperBound...]))
    }

    public static func warning(_ problem: String, _ remedy: String) -> Trouble { Trouble(.warning, problem, remedy) }

    public static func skipped(_ why: String, _ remedy: String? = nil) -> Trouble { Trouble(.skipped, why, remedy) }
}

extension String.UTF8View {
    fileprivate func firstRange(of words: String) -> Range<Index>? {
        indices.first { self[$0...].starts(with: words.utf8) }.map { $0..<index($0, offsetBy: words.utf8.count) }
    }
}
