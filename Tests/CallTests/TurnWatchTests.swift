import Testing

@testable import Call

/// Which answers of a flow are owed still.
@Suite struct TurnWatchTests {
    private func watch(asked: Int) -> TurnWatch {
        var watch = TurnWatch()
        for second in 0..<asked { watch.asked(.seconds(second)) }
        return watch
    }

    @Test func aTurnThatEndsWithoutWordsIsAnAnswer() {
        var watch = watch(asked: 1)
        #expect(watch.isUnanswered && watch.silentSince == .zero)
        watch.ended(.seconds(5))
        #expect(!watch.isUnanswered && watch.silentSince == nil && watch.open == 0)
        // One end more than there were inputs.
        watch.ended(.seconds(6))
        #expect(watch.open == 0)
    }

    @Test func ofTwoTheSecondIsAwaitedFromTheEndOfTheFirst() {
        var watch = watch(asked: 2)
        watch.ended(.seconds(5))
        #expect(!watch.isUnanswered && watch.silentSince == .seconds(5) && watch.open == 1)
    }

    /// It may be the late end of the one that the drop has swallowed.
    @Test(arguments: [1, 2]) func anEndAfterADropAnswersNothing(written: Int) {
        var watch = watch(asked: 2)
        watch.dropped(written)
        watch.ended(.seconds(5))
        #expect(watch.isUnanswered && watch.silentSince == .zero && watch.open == 1)
    }

    @Test func whatIsSaidAfterADropIsOfTheLastInput() {
        var watch = watch(asked: 2)
        watch.dropped(1)
        watch.answered(.seconds(4))
        watch.ended(.seconds(5))
        #expect(watch.open == 0 && watch.silentSince == nil)
    }
}
