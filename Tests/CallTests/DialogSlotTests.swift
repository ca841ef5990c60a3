import AGI
import Cognigy
import Testing

@testable import Call

/// The places for dialog requests that all calls share.
@Suite struct DialogSlotTests {
    /// A call that waits for a place.
    private func bench() -> Bench {
        let bench = Bench.spoken()
        bench.happens(.speechBegan)
        bench.happens(.speechIsSure)
        bench.happens(.speech([Int16](repeating: 1, count: 9600)))
        #expect(bench.responds(.recognition, 200, #"{"text":"hello"}"#).contains(.takeSlot))
        return bench
    }

    private func sentences(_ effects: [Effect]) -> [String] {
        effects.compactMap { if case .prepare(_, let order) = $0 { order.message.text } else { nil } }
    }

    @Test func aPlaceThatNobodyWaitsForIsGivenBack() {
        let bench = Bench.spoken()
        #expect(!bench.happens(.slot(isTaken: false)).contains(.releaseSlot))
        #expect(bench.happens(.slot(isTaken: true)).contains(.releaseSlot))
    }

    @Test func itAsksAgainUntilThereIsOne() {
        let bench = bench()
        bench.happens(.slot(isTaken: false))
        let effects = bench.pass(.milliseconds(150))
        #expect(effects.contains(.takeSlot))
        #expect(bench.happens(.slot(isTaken: true)).requests == [.dialog])
    }

    /// Otherwise he loses it to those who come later.
    @Test func whoHasWaitedLongestAsksMostOften() {
        let bench = bench()
        bench.happens(.slot(isTaken: false))
        var asked: [Int] = []
        for _ in 0..<3 {
            var count = 0
            for _ in 0..<100 where bench.pass(.milliseconds(10)).contains(.takeSlot) {
                count += 1
                bench.happens(.slot(isTaken: false))
            }
            asked.append(count)
        }
        #expect((6...11).contains(asked[0]), "\(asked)")
        #expect(asked[0] < asked[1] && asked[1] < asked[2], "\(asked)")
    }

    @Test func afterTheReplyTimeoutTheCallerIsTold() {
        let bench = bench()
        bench.pass(.milliseconds(9999))
        #expect(sentences(bench.happens(.slot(isTaken: false))) == [])
        bench.pass(.milliseconds(1))
        #expect(sentences(bench.happens(.slot(isTaken: false))) == [DialogService.apology])
        // Once is enough.
        bench.pass(.milliseconds(50))
        #expect(sentences(bench.happens(.slot(isTaken: false))) == [])
    }
}
