import AGI
import Cognigy
import HTTP
import Testing
import WebSocket

@testable import Call

@Suite struct CallSummaryTests {
    private static let request: Request = {
        guard let location = Location("https://cognigy.test/x") else { preconditionFailure() }
        return Request(.post, location)
    }()

    /// Notes these at their times, in milliseconds.
    private func summary(_ moments: [(Int, Event, [Effect])]) -> CallSummary {
        var summary = CallSummary()
        summary.note(.start, [], at: .milliseconds(1000))
        for (time, event, effects) in moments { summary.note(event, effects, at: .milliseconds(1000 + time)) }
        return summary
    }

    private func answer(_ purpose: Purpose, _ status: Int) -> Event {
        .response(purpose, .success(Response(status: status)))
    }

    @Test func theStepsOfASetUpHaveTheirTimes() {
        let seen = summary([
            (1, .connect(refusal: nil), [.request(.token, Self.request), .openSocket]),
            (41, answer(.token, 200), [.request(.session, Self.request)]),
            (101, answer(.session, 201), [.upgrade(path: "/", headers: []), .sessionBegan("s1")]),
            (121, .socket(.opened), [.serviceWorks]),
            (125, .prepared(1, .file("/f/1")), [.send(.streamFile("/f/1", escape: .all))]),
        ])
        #expect(seen.token == .milliseconds(40))
        #expect(seen.session == .milliseconds(60))
        #expect(seen.socket == .milliseconds(120))
        #expect(seen.setup == .milliseconds(121))
        #expect(seen.firstSound == .milliseconds(125))
        #expect(seen.sessionID == "s1")
        #expect((seen.prompts, seen.retries, seen.reconnects) == (1, 0, 0))
        #expect(seen.length(at: .milliseconds(3000)) == .seconds(2))
    }

    @Test func aStepThatIsTriedAgainLastsFromItsFirstRequest() {
        let seen = summary([
            (0, .tick, [.request(.session, Self.request)]),
            (10, answer(.session, 503), []),
            (30, .tick, [.request(.session, Self.request)]),
            (40, .response(.session, .failure(.timedOut("late"))), []),
            (60, .tick, [.request(.session, Self.request)]),
            (70, answer(.session, 200), []),
        ])
        #expect(seen.session == .milliseconds(70))
        #expect(seen.retries == 2)
    }

    @Test func aRefusalIsNoAnswer() {
        let seen = summary([
            (0, .tick, [.request(.token, Self.request)]),
            (10, answer(.token, 400), []),
            (30, .tick, [.request(.token, Self.request)]),
            (70, answer(.token, 200), []),
        ])
        #expect(seen.token == .milliseconds(70))
        #expect(seen.retries == 1)
    }

    @Test func aTokenThatIsFetchedAgainLaterIsNoRetry() {
        let seen = summary([
            (0, .tick, [.request(.token, Self.request)]), (10, answer(.token, 200), []),
            (5000, .tick, [.request(.token, Self.request)]), (5020, answer(.token, 200), []),
        ])
        #expect(seen.token == .milliseconds(10))
        #expect(seen.retries == 0)
    }

    @Test func aSocketThatComesBackIsCounted() {
        let seen = summary([
            (0, .tick, [.openSocket]), (10, .socket(.opened), [.serviceWorks]),
            (500, .socket(.closed(nil, reason: "gone")), []), (900, .tick, [.openSocket]),
            (950, .socket(.failed(.unreachable("no"))), []), (1900, .tick, [.openSocket]),
            (1910, .socket(.opened), []),
        ])
        #expect(seen.reconnects == 1)
        #expect(seen.socket == .milliseconds(10))
        #expect(seen.setup == .milliseconds(10))
    }

    @Test func whatCallsWaitWithIsNoPrompt() {
        let seen = summary([
            (0, .tick, [.send(.streamFile("please-wait", escape: .all)), .send(.streamSilence("quiet"))]),
            (100, .prepared(1, .number(5)), [.send(.sayNumber(5, escape: .all))]),
            (900, .prepared(2, .growing("/f/2")), [.send(.streamFile("/f/2", escape: .all))]),
        ])
        #expect(seen.prompts == 2)
        #expect(seen.firstSound == .milliseconds(100))
    }
}
