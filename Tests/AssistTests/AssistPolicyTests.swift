import Assist
import Cognigy
import Testing

@Suite struct AssistPolicyTests {
    private let phrases = ["guarantee full refund", "Legal Action", "straße"]

    private func approved(
        _ suggestions: [(String, Double)], minConfidence: Double = 0.75, maxSuggestions: Int = 3
    ) -> [String] {
        let policy = AssistPolicy(
            prohibitedPhrases: phrases, minConfidence: minConfidence, maxSuggestions: maxSuggestions)
        return policy.approved(suggestions.map { .init(text: $0.0, confidence: $0.1) }).map(\.text)
    }

    @Test(arguments: [
        "We GUARANTEE full\n  refund today", "take legal\u{A0}action!", "LEGAL ACTIONS", "in der STRASSE",
        "le\u{AD}gal act\u{200B}ion", "legal ac\u{0}tion", "legal\u{3164}action", "LEGAL ACTİON",
    ])
    func aProhibitedPhraseLeavesInNoSpelling(text: String) {
        #expect(approved([(text, 1)]) == [])
    }

    @Test func whatIsNotProhibitedLeaves() {
        #expect(approved([("a full refund", 1), ("legal, action", 0.75)]) == ["a full refund", "legal, action"])
    }

    @Test func lessThanTheLeastConfidenceDoesNotLeave() {
        #expect(approved([("a", 0.75), ("b", 0.7499), ("c", 0)]) == ["a"])
        #expect(approved([("c", 0)], minConfidence: 0) == ["c"])
    }

    @Test func theFirstThatMayLeaveDo() {
        let texts = [("a", 0.1), ("b", 0.8), ("legal action", 1), ("c", 0.9), ("d", 1), ("e", 1)]
        #expect(approved(texts) == ["b", "c", "d"])
        #expect(approved(texts, maxSuggestions: 1) == ["b"])
    }

    @Test func theFallbackIsJudgedTheSame() {
        let strict = AssistPolicy(prohibitedPhrases: ["SPECIALIST"], minConfidence: 0.75, maxSuggestions: 3)
        #expect(strict.approved(Assist.fallback) == [Assist.fallback[1]])
        let sure = AssistPolicy(prohibitedPhrases: [], minConfidence: 0.9, maxSuggestions: 3)
        #expect(sure.approved(Assist.fallback) == [])
    }

    @Test func aPhraseOfNothingProhibitsNothing() {
        let policy = AssistPolicy(prohibitedPhrases: ["", "\u{200B}"], minConfidence: 0, maxSuggestions: 3)
        #expect(policy.approved(Assist.fallback) == Assist.fallback)
    }
}
