import Testing

@testable import Call

/// What the way to an endpoint by REST says of the service, and how much it keeps.
@Suite struct RESTLinkTests {
    private let nothing = #"{"outputStack":[]}"#

    @Test func theFirstAnswerSaysThatTheServiceWorks() {
        let bench = Bench.flowByREST()
        #expect(bench.responds(.input, 200, nothing).verdicts == [.serviceWorks])
        bench.press("1")
        bench.settle()
        #expect(bench.responds(.input, 200, nothing).verdicts == [])
        #expect(bench.happens(.hangup).verdicts == [])
    }

    @Test func whoHangsUpBeforeItIsAnsweredSaysNothingOfTheService() {
        #expect(Bench.flowByREST().happens(.hangup).verdicts == [.serviceUnknown])
    }

    /// It may be that the address is wrong: that is no fault of a service.
    @Test func anAnswerOfSomethingElseSaysNothingOfTheService() {
        let first = Bench.flowByREST()
        #expect(first.responds(.input, 200, "<html>").verdicts == [.serviceUnknown])
        #expect(first.machine.ending?.reason == "bad_endpoint_reply")
        let later = Bench.flowByREST()
        later.responds(.input, 200, nothing)
        later.press("1")
        later.settle()
        #expect(later.responds(.input, 200, "<html>").verdicts == [])
        #expect(later.machine.ending?.reason == "bad_endpoint_reply")
    }

    /// The one that is under way is the first of a hundred.
    @Test func aHundredInputsAreKept() {
        let bench = Bench.flowByREST()
        var dropped = 0
        for _ in 1...101 {
            let effects = bench.press("1")
            bench.settle()
            dropped += effects.notes.count { $0.contains("one is dropped") }
        }
        #expect(dropped == 2)
    }
}
