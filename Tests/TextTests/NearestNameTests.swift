import Testing

@testable import Text

@Suite struct NearestNameTests {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "ab", 2), ("kitten", "sitting", 3), ("flow_id", "flowid", 1), ("ab", "ba", 2),
    ])
    func distanceIsLevenshteins(left: String, right: String, edits: Int) {
        #expect(NearestName.distance(left, right) == edits)
        #expect(NearestName.distance(right, left) == edits)
    }

    @Test func longNamesCostNoMoreThanShortOnes() {
        let long = String(repeating: "x", count: 1_000_000)
        #expect(NearestName.of(long, among: ["a", "xx"]) == "xx")
    }
}
