import Testbed
import Testing

@testable import Report

@Suite struct CallsAtOnceTests {
    private static let start = 1_764_000_000.0

    private func most(_ calls: [(end: Double, length: Double)]) -> CallsAtOnce {
        var atOnce = CallsAtOnce()
        for call in calls { atOnce.add(end: Self.start + call.end, length: call.length) }
        atOnce.finish()
        return atOnce
    }

    @Test func callsThatOnlyTouchAreNotAtOnce() {
        #expect(most([(10, 10), (20, 10), (30, 10)]).most == 1)
    }

    @Test func callsThatOverlapAre() {
        let atOnce = most([(10, 10), (15, 10), (30, 24.9)])
        #expect(atOnce.most == 3)
        #expect(atOnce.time == Self.start + 5.1)
    }

    @Test func nothingWasAtOnceWithNothing() {
        #expect(most([]).most == 0)
        #expect(most([(5, 0)]).most == 0)
    }

    @Test func aCallOfDaysCountsForItsLastDay() {
        #expect(most([(10, 5), (90_000, 10 * 86_400)]).most == 1)
        #expect(most([(86_390, 5), (86_400, 10 * 86_400)]).most == 2)
    }

    @Test func yearsBetweenTwoCallsCostNothing() {
        let atOnce = most([(0, 5), (3e9 - Self.start, 5), (3e9 - Self.start, 5)])
        #expect(atOnce.most == 2)
        #expect(atOnce.time == 3e9 - 5)
    }

    @Test func linesThatAreADayLateAreCountedApart() {
        let atOnce = most([(86_400 * 2, 5), (0, 5), (86_400 + 1, 5)])
        #expect(atOnce.misplaced == 1)
        #expect(atOnce.most == 1)
    }

    /// Beside a count of all calls at each start.
    @Test(arguments: [1 as UInt64, 2, 3]) func theMostIsTheMost(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let calls = (0..<400).map { _ in
            (
                end: Double(Int.random(in: 0...1_200_000, using: &random)) / 10,
                length: Double(Int.random(in: 1...30_000, using: &random)) / 10
            )
        }.sorted { $0.end < $1.end }
        let exact = calls.map { call in
            let start = call.end - call.length
            return calls.count { $0.end - $0.length <= start + 0.01 && $0.end > start + 0.01 }
        }.max()
        #expect(most(calls).most == exact)
    }
}
