import JSON
import Testing

@testable import Call

/// The way to an endpoint by REST: a request for each input, what it says of the service, and how much it keeps.
@Suite struct RESTLinkTests {
    private let nothing = #"{"outputStack":[]}"#

    @Test func aTurnByRESTIsOneRequestAndOneAtATime() throws {
        let bench = Bench.flowByREST()
        #expect(bench.log.requests == [.input])
        bench.press("1")
        bench.settle()
        bench.press("2")
        bench.settle()
        #expect(bench.log.requests == [.input])
        bench.responds(.input, 200, #"{"text":"a","data":{},"outputStack":[{"text":"Hello.","data":{}}]}"#)
        #expect(bench.log.requests == [.input, .input])
        bench.responds(.input, 200, #"{"outputStack":[{"text":"One."},{"text":"More."}]}"#)
        bench.responds(.input, 200, #"{"outputStack":[]}"#)
        #expect(bench.wanted.compactMap(\.text) == ["Hello.", "One.", "More."])
        let bodies = bench.log.compactMap { effect -> JSON? in
            guard case .request(.input, let request) = effect else { return nil }
            return try? JSON(parsing: request.body ?? [])
        }
        #expect(bodies.compactMap { $0["text"]?.string } == ["", "1", "2"])
        #expect(bench.log.contains(.serviceWorks))
    }

    @Test func a429IsTriedAgainAndAFailureIsNot() {
        let bench = Bench.flowByREST()
        bench.responds(.input, 429, retryAfter: "2")
        #expect(bench.pass(.seconds(3)).requests == [.input])
        bench.responds(.input, 502)
        #expect(bench.machine.ending?.reason == "http_502")
        #expect(bench.log.contains(.serviceFails))
    }

    @Test(arguments: [
        (200, #"{"error":"flow is broken"}"#, "flow_error", "flow is broken"),
        (404, #"{"message":"unknown endpoint"}"#, "http_404", "unknown endpoint"),
        (200, "<html>", "bad_endpoint_reply", "JSON"),
    ])
    func whatIsNoAnswerEndsTheCall(status: Int, body: String, reason: String, word: String) throws {
        let bench = Bench.flowByREST()
        bench.responds(.input, status, body)
        let ending = try #require(bench.ending)
        #expect(ending.reason == reason)
        #expect(try #require(ending.detail).contains(word))
    }

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
