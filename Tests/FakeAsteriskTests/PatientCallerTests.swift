import Testing

@testable import FakeAsterisk

@Suite struct PatientCallerTests {
    private func playing(at time: Int, length: Int) -> CallRecord.Event {
        .init(at: .milliseconds(time), what: .playing(name: "a", length: .milliseconds(length)))
    }

    private func heard(at time: Int, _ end: CallRecord.Sound.End = .complete) -> CallRecord.Event {
        let at: Duration = .milliseconds(time)
        return .init(
            at: at,
            what: .heard(
                .init(name: "a", path: nil, bytes: [], rate: 8000, from: 0, to: 0, began: at, ended: at, end: end)))
    }

    @Test func heAnswersWhenHeWasAskedThenIntoTheAnswer() {
        var caller = PatientCaller(keys: "12")
        caller.notice(playing(at: 1000, length: 2000))
        #expect(caller.deadline == nil)
        caller.notice(heard(at: 3000))
        #expect(caller.next(at: .milliseconds(3399)) == nil)
        #expect(caller.next(at: .milliseconds(3400)) == .press("1"))
        caller.notice(playing(at: 4000, length: 2000))
        #expect(caller.deadline == .milliseconds(4400))
        #expect(caller.next(at: .milliseconds(4400)) == .press("2"))
    }

    @Test func heWaitsForTheLastOfSeveralPrompts() {
        var caller = PatientCaller(keys: "1")
        caller.notice(playing(at: 0, length: 500))
        caller.notice(heard(at: 500))
        caller.notice(playing(at: 600, length: 500))
        #expect(caller.deadline == nil)
        caller.notice(heard(at: 1100))
        #expect(caller.deadline == .milliseconds(1500))
    }

    @Test func aShortAnswerIsInterruptedInItsMiddle() {
        var caller = PatientCaller(keys: "12")
        caller.notice(playing(at: 0, length: 100))
        caller.notice(heard(at: 100))
        #expect(caller.next(at: .milliseconds(500)) == .press("1"))
        caller.notice(playing(at: 600, length: 300))
        #expect(caller.deadline == .milliseconds(750))
    }

    @Test func heDoesNotWaitForEver() {
        var caller = PatientCaller(keys: "1")
        #expect(caller.next(at: .seconds(7)) == nil)
        #expect(caller.next(at: .seconds(8)) == .press("1"))
        caller.notice(playing(at: 21_000, length: 1000))
        caller.notice(heard(at: 22_000))
        #expect(caller.next(at: .seconds(29)) == nil)
        #expect(caller.next(at: .seconds(30)) == .hangUp)
        #expect(caller.deadline == nil)
    }

    /// Not every flow greets. The caller begins some time after the call is joined to a session.
    @Test func aFlowThatIsThereAndSaysNothingIsNotWaitedForLong() {
        var caller = PatientCaller(keys: "12")
        caller.notice(.init(at: .seconds(1), what: .command("EXEC MSet \"COGNIGY_TURNS=0,COGNIGY_SESSION_ID=\"")))
        #expect(caller.deadline == .seconds(8))
        caller.notice(.init(at: .seconds(2), what: .command("EXEC MSet \"COGNIGY_STATUS=X,COGNIGY_SESSION_ID=s1\"")))
        #expect(caller.next(at: .seconds(6)) == .press("1"))
        #expect(caller.deadline == .seconds(10))
        // It is set once more at the end.
        caller.notice(.init(at: .seconds(7), what: .command("EXEC MSet \"COGNIGY_STATUS=X,COGNIGY_SESSION_ID=s1\"")))
        #expect(caller.deadline == .seconds(10))
    }

    @Test func aMissingSoundIsNoAnswer() {
        var caller = PatientCaller(keys: "1")
        caller.notice(heard(at: 100, .missing))
        #expect(caller.deadline == .seconds(8))
    }

    @Test func heDoesNothingAfterTheCall() {
        var caller = PatientCaller(keys: "1")
        caller.notice(.init(at: .seconds(1), what: .hangup(.program)))
        #expect(caller.deadline == nil)
        #expect(caller.next(at: .seconds(60)) == nil)
    }
}
