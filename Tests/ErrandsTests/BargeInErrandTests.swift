import Cognigy
import HTTP
import JSON
import Testing

@testable import Errands

@Suite struct BargeInErrandTests {
    typealias Stage = ErrandBench<BargeInErrand>

    private func bench(_ change: (inout BargeInErrand.Plan) -> Void = { _ in }) -> Stage {
        var plan = BargeInErrand.Plan(sessionID: "s1", confidence: 0.9)
        change(&plan)
        var bench = Stage(BargeInErrand(plan, credentials: Stage.credentials, seed: 1))
        bench.begin()
        return bench
    }

    @Test func theServiceStopsAndBeginsAnew() throws {
        var bench = bench()
        try bench.findsToken("t1")
        let stop = try bench.answers(200, ["success": true])
        let reset = try bench.answers(200, ["updatedVariables": 5])
        #expect(stop.location.path == "/api/v1/sessions/s1/voice/commands")
        #expect(reset.location.path == "/api/v1/sessions/s1/variables")
        #expect(
            bench.news == [
                .did(.stop, ["success": true]), .did(.reset, ["updatedVariables": 5]), .over,
            ])
        #expect(bench.owner.next == nil)
    }

    @Test func itsTokenIsAskedForInItsOwnSpelling() throws {
        var bench = bench()
        _ = try bench.wish()
        bench.hears(.token(.mayFetch))
        let login = try bench.answers(200, ["accessToken": "t2", "expiresIn": 3600])
        #expect(try JSON(parsing: login.body ?? []) == ["clientId": "id", "clientSecret": "secret"])
        _ = try bench.wish()
        #expect(try bench.answers(200).headers.contains(.bearer("t2")))
    }

    @Test func onlyWhatIsAskedForIsDone() throws {
        var bench = bench { $0.steps = [.stop] }
        try bench.findsToken()
        try bench.answers(200)
        #expect(bench.news == [.did(.stop, [:]), .over])
        #expect(bench.wishes == [])
    }

    @Test func afterTwoSecondsALimitIsTriedOnceMore() throws {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(429)
        #expect(bench.waits() == .seconds(2))
        try bench.answers(429)
        #expect(bench.news == [.failed(.rateLimited, left: [.stop, .reset])])
    }

    @Test func whatIsLeftIsSaid() throws {
        var bench = bench()
        try bench.findsToken()
        try bench.answers(200)
        try bench.answers(403)
        #expect(bench.news.last == .failed(.forbidden, left: [.reset]))
    }

    @Test func itHasADeadline() throws {
        var bench = bench()
        bench.waits()
        #expect(try bench.wish() == .findToken(rejected: nil))
        bench.hears(.token(.busy))
        while bench.news.isEmpty {
            bench.waits()
            // Another process fetches a token for ever.
            if !bench.wishes.isEmpty {
                _ = try bench.wish()
                bench.hears(.token(.busy))
            }
        }
        #expect(bench.news == [.failed(nil, left: [.stop, .reset])])
        #expect(bench.now == .seconds(3))
    }

    /// An answer that comes too late is not taken for one to the next question.
    @Test func aLateAnswerIsForNobody() throws {
        var bench = bench()
        try bench.findsToken()
        guard case .fetch(let number, _) = try bench.wish() else { throw Stage.Unexpected() }
        while bench.news.isEmpty { bench.waits() }
        bench.hears(.response(number, .success(Response(status: 200))))
        #expect(bench.news == [.failed(nil, left: [.stop, .reset])])
        #expect(bench.wishes == [])
    }

    /// Whoever fetches a token keeps others from it only as long as he may himself wait.
    @Test func theRightToFetchIsGivenBack() throws {
        var bench = bench()
        _ = try bench.wish()
        bench.hears(.token(.mayFetch))
        try bench.answers(403)
        #expect(try bench.wish() == .releaseToken)
        #expect(bench.news == [.failed(.forbidden, left: [.stop, .reset])])
    }

    /// A login that is not there today may be there tomorrow: it is no verdict on the session.
    @Test func aLoginThatIsNotThereIsNoRefusalOfTheInterruption() throws {
        var bench = bench()
        _ = try bench.wish()
        bench.hears(.token(.mayFetch))
        try bench.answers(404)
        #expect(bench.news == [.failed(.unauthorized, left: [.stop, .reset])])
    }
}
