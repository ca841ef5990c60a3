import Cognigy
import HTTP
import Testing

@testable import Call

/// The way to an open socket: token, session, handshake, and what may be wrong with each.
@Suite struct UplinkTests {
    private let session = #"{"id":"s1"}"#
    private let grant = #"{"access_token":"fresh","expires_in":"3600"}"#

    private func connecting(_ plan: Uplink.Plan = Bench.plan, seed: UInt64 = 1) -> Bench {
        let bench = Bench(plan: plan, seed: seed)
        bench.start()
        bench.connect()
        bench.settle()
        return bench
    }

    /// A call whose handshake is under way.
    private func upgrading() -> Bench {
        let bench = connecting()
        bench.happens(.token(.found("token", ahead: false)))
        bench.happens(.socket(.connected))
        bench.responds(.session, 201, session)
        return bench
    }

    /// The operator is told which step took too long.
    @Test func whatDoesNotComeInTimeIsNamed() throws {
        func detail(_ steps: (Bench) -> Void) -> String {
            let bench = connecting()
            steps(bench)
            bench.pass(.seconds(60))
            return bench.machine.ending?.detail ?? ""
        }
        #expect(detail { _ in }.contains("another call's token request takes too long"))
        #expect(detail { $0.happens(.token(.mayFetch)) }.contains("no answer to POST \(Token.path)"))
        #expect(
            detail { $0.happens(.token(.found("token", ahead: false))) }.contains("no answer to POST \(Sessions.path)"))
        let session = session
        func again(_ bench: Bench) {
            for _ in 1...2 {
                bench.happens(.token(.found("token", ahead: false)))
                bench.responds(.session, 201, session)
                if bench.now == .zero { bench.pass(.seconds(12)) }
            }
        }
        #expect(detail { again($0) }.contains(": no voice socket;"))
    }

    // MARK: In good order

    @Test func theSocketConnectsWhileTheTokenIsLookedFor() {
        let bench = Bench()
        bench.start()
        #expect(bench.connect() == [.findToken(rejected: nil), .openSocket])
    }

    @Test(arguments: [true, false])
    func theHandshakeNeedsBothTheConnectionAndTheSession(isConnectionFirst: Bool) throws {
        let bench = connecting()
        #expect(bench.happens(.token(.found("token", ahead: false))).requests == [.session])
        let steps = [
            { bench.happens(.socket(.connected)) }, { bench.responds(.session, 200, self.session) },
        ]
        let first = isConnectionFirst ? steps[0]() : steps[1]()
        let second = isConnectionFirst ? steps[1]() : steps[0]()
        let upgrade = Effect.upgrade(
            path: "/api/v1/sessions/s1/voice", headers: [.bearer("token"), Header("X-Cognigy-Session-Id", "s1")])
        #expect(!first.contains(upgrade))
        #expect(second.contains(upgrade))
        #expect(bench.happens(.socket(.opened)) == [.serviceWorks])
    }

    @Test func aTokenThatIsFetchedIsStoredForAll() throws {
        let bench = connecting()
        #expect(bench.happens(.token(.mayFetch)).requests == [.token])
        let effects = bench.responds(.token, 200, grant)
        #expect(effects.first == .storeToken(try #require(Token.grant(Array(grant.utf8)))))
        #expect(effects.requests == [.session])
    }

    @Test func whileAnotherProcessFetchesTheTokenIsLookedForAgainAndAgain() {
        let bench = connecting()
        for _ in 0..<10 {
            bench.happens(.token(.busy))
            let effects = bench.pass(.milliseconds(50))
            #expect(effects == [.findToken(rejected: nil)])
        }
        #expect(bench.happens(.token(.found("theirs", ahead: false))).requests == [.session])
    }

    @Test func aTokenThatNobodyGetsEndsWithTheSetUp() {
        let bench = connecting()
        while bench.machine.ending == nil {
            bench.happens(.token(.busy))
            bench.waits(for: .findToken(rejected: nil))
        }
        #expect(bench.machine.ending?.reason == "setup_timeout")
        #expect(bench.now == .seconds(15))
    }

    // MARK: A token that ends soon

    @Test func aTokenNearItsEndIsUsedWhileTheNextIsFetched() throws {
        let bench = connecting()
        #expect(bench.happens(.token(.found("old", ahead: true))).requests == [.token, .session])
        #expect(bench.machine.service.token == "old")
        let effects = bench.responds(.token, 200, grant)
        #expect(effects == [.storeToken(try #require(Token.grant(Array(grant.utf8))))])
        #expect(bench.machine.service.token == "old")
    }

    @Test(arguments: [200, 401, 403, 429, 500])
    func aFailureToFetchAheadIsNobodysTrouble(status: Int) {
        let bench = connecting()
        bench.happens(.token(.found("old", ahead: true)))
        #expect(bench.responds(.token, status, "garbage") == [.releaseToken])
        #expect(bench.machine.ending == nil)
        bench.responds(.session, 200, session)
        bench.happens(.socket(.connected))
        #expect(bench.happens(.socket(.opened)).contains(.serviceWorks))
    }

    @Test func aTokenThatIsRefusedWhileTheNextIsFetchedIsFetchedOnce() {
        let bench = connecting()
        bench.happens(.token(.found("old", ahead: true)))
        #expect(bench.responds(.session, 401) == [.findToken(rejected: "old")])
        #expect(bench.happens(.token(.mayFetch)) == [])
        #expect(bench.responds(.token, 200, grant).requests == [.session])
        #expect(bench.log.requests == [.token, .session, .session])
    }

    // MARK: 401

    @Test func aRefusedTokenIsReplacedOnce() {
        let bench = connecting()
        bench.happens(.token(.found("old", ahead: false)))
        #expect(bench.responds(.session, 401) == [.findToken(rejected: "old")])
        bench.happens(.token(.mayFetch))
        #expect(bench.responds(.token, 200, grant).requests == [.session])
        let effects = bench.responds(.session, 401)
        #expect(bench.machine.ending?.reason == "unauthorized")
        #expect(effects.verdicts == [.serviceUnknown])
        #expect(effects.requests == [])
    }

    @Test func aRefusedTokenOfTheHandshakeIsReplacedOnce() {
        let bench = upgrading()
        let effects = bench.happens(.socket(.refused(status: 401, retryAfter: nil)))
        #expect(effects == [.findToken(rejected: "token"), .openSocket])
        bench.happens(.socket(.connected))
        bench.happens(.token(.mayFetch))
        let again = bench.responds(.token, 200, grant)
        #expect(again.requests == [])
        #expect(
            again.contains(
                .upgrade(
                    path: "/api/v1/sessions/s1/voice",
                    headers: [.bearer("fresh"), Header("X-Cognigy-Session-Id", "s1")])))
        bench.happens(.socket(.refused(status: 401, retryAfter: nil)))
        #expect(bench.machine.ending?.reason == "unauthorized")
        #expect(bench.log.verdicts == [.serviceUnknown])
    }

    @Test func credentialsThatAreRefusedEndTheSetUp() {
        let bench = connecting()
        bench.happens(.token(.mayFetch))
        let effects = bench.responds(.token, 401)
        #expect(bench.machine.ending?.reason == "unauthorized")
        #expect(effects.contains(.releaseToken))
        #expect(effects.verdicts == [.serviceUnknown])
    }

    // MARK: 403, 429, 5xx and other answers

    @Test(arguments: [Purpose.token, .session])
    func forbiddenNamesTheFlowAndTheScope(purpose: Purpose) throws {
        let bench = connecting()
        bench.happens(.token(purpose == .token ? .mayFetch : .found("token", ahead: false)))
        let effects = bench.responds(purpose, 403)
        let detail = try #require(bench.machine.ending?.detail)
        #expect(detail.contains("flow ") && detail.contains("scope"))
        #expect(effects.requests == [])
        #expect(bench.log.verdicts == [.serviceUnknown])
    }

    @Test func forbiddenAtTheHandshakeIsNotTriedAgain() {
        let bench = upgrading()
        bench.happens(.socket(.refused(status: 403, retryAfter: nil)))
        #expect(bench.machine.ending?.reason == "forbidden")
        #expect(bench.log.verdicts == [.serviceUnknown])
    }

    @Test func aShortRetryAfterIsWaitedFor() {
        let bench = connecting()
        bench.happens(.token(.found("token", ahead: false)))
        bench.responds(.session, 429, retryAfter: "2")
        #expect(bench.pass(.milliseconds(1999)).requests == [])
        #expect(bench.pass(.milliseconds(502)).requests == [.session])
    }

    @Test(arguments: ["60", "Wed, 21 Oct 2099 07:28:00 GMT"])
    func aRetryAfterBeyondThePatienceEndsTheSetUpAtOnce(retryAfter: String) {
        let bench = connecting()
        bench.happens(.token(.found("token", ahead: false)))
        bench.responds(.session, 429, retryAfter: retryAfter)
        #expect(bench.machine.ending?.reason == "rate_limited")
        #expect(bench.log.verdicts == [.serviceUnknown])
    }

    @Test(arguments: ["86400", "Wed, 21 Oct 2099 07:28:00 GMT"])
    func aHandshakeThatIsToWaitForADayIsGivenUpAtOnce(retryAfter: String) {
        let bench = upgrading()
        bench.happens(.socket(.refused(status: 429, retryAfter: retryAfter)))
        #expect(bench.machine.ending?.reason == "rate_limited")
        #expect(bench.log.verdicts == [.serviceUnknown])
    }

    @Test func anHTTPDateIsReadByTheWallClock() {
        let bench = upgrading()
        // Bench.epoch is 22:13:20.
        bench.happens(.socket(.refused(status: 429, retryAfter: "Tue, 14 Nov 2023 22:13:23 GMT")))
        #expect(bench.machine.ending == nil)
        #expect(!bench.pass(.milliseconds(2999)).contains(.openSocket))
        #expect(bench.pass(.milliseconds(502)).contains(.openSocket))
    }

    @Test func aHandshakeThatIsToWaitWithoutATimeWaitsFiveSeconds() {
        let bench = upgrading()
        bench.happens(.socket(.refused(status: 429, retryAfter: nil)))
        #expect(!bench.pass(.milliseconds(4999)).contains(.openSocket))
        #expect(bench.pass(.milliseconds(502)).contains(.openSocket))
    }

    @Test(arguments: [Purpose.token, .session])
    func aServiceInTroubleIsAskedThreeTimes(purpose: Purpose) {
        let bench = connecting()
        bench.happens(.token(purpose == .token ? .mayFetch : .found("token", ahead: false)))
        for attempt in 1...3 {
            #expect(bench.log.requests.filter { $0 == purpose }.count == attempt)
            let result: Result<Response, Failure> =
                attempt == 2 ? .failure(.unreachable("refused")) : .success(Response(status: 503))
            bench.happens(.response(purpose, result))
            bench.pass(.seconds(4))
        }
        #expect(bench.machine.ending?.reason == "http_503")
        #expect(bench.log.verdicts == [.serviceFails])
    }

    @Test func aHandshakeInTroubleIsTriedThreeTimes() {
        let bench = upgrading()
        for _ in 1...2 {
            bench.happens(.socket(.refused(status: 503, retryAfter: nil)))
            bench.waits(for: .openSocket)
            bench.happens(.token(.found("token", ahead: false)))
            bench.happens(.socket(.connected))
        }
        bench.happens(.socket(.refused(status: 503, retryAfter: nil)))
        #expect(bench.machine.ending?.reason == "http_503")
        #expect(bench.log.verdicts == [.serviceFails])
    }

    @Test func aSocketThatNeverConnectsIsTriedThreeTimes() {
        let bench = connecting()
        bench.happens(.token(.found("token", ahead: false)))
        bench.responds(.session, 201, session)
        for _ in 1...2 {
            bench.drops()
            bench.waits(for: .openSocket)
            bench.happens(.token(.found("token", ahead: false)))
        }
        bench.drops()
        #expect(bench.machine.ending?.reason == "unreachable")
        #expect(bench.log.count(.openSocket) == 3)
        #expect(bench.log.verdicts == [.serviceFails])
    }

    @Test(arguments: [
        (400, Effect.serviceUnknown), (404, .serviceUnknown), (301, .serviceUnknown),
    ])
    func answersThatNoRetryMendsEndTheSetUp(status: Int, verdict: Effect) {
        for isHandshake in [true, false] {
            let bench = isHandshake ? upgrading() : connecting()
            if isHandshake {
                bench.happens(.socket(.refused(status: status, retryAfter: nil)))
            } else {
                bench.happens(.token(.found("token", ahead: false)))
                bench.responds(.session, status)
            }
            #expect(bench.machine.ending?.reason == "http_\(status)")
            #expect(bench.log.verdicts == [verdict])
        }
    }

    @Test func aHandshakeThatIsAnsweredAsAPageIsNoService() {
        let bench = upgrading()
        bench.happens(.socket(.refused(status: 200, retryAfter: nil)))
        #expect(bench.machine.ending?.status == .unavailable)
        #expect(bench.log.verdicts.count == 1)
    }

    @Test func whatThisMachineLacksIsNotTheServicesFault() {
        let bench = connecting()
        bench.happens(.token(.mayFetch))
        for _ in 1...3 {
            bench.happens(.response(.token, .failure(.exhausted("no descriptor"))))
            bench.pass(.seconds(4))
        }
        #expect(bench.log.requests.filter { $0 == .token }.count == 3)
        #expect(bench.machine.ending?.reason == "unreachable")
        #expect(bench.machine.ending?.detail?.hasSuffix("no descriptor") == true)
        #expect(bench.log.verdicts == [.serviceUnknown])
    }

    @Test(arguments: [Failure.exhausted("x"), .untrusted("x"), .unreachable("x"), .timedOut("x")])
    func aSocketThatDoesNotConnectIsTheServicesFaultOnlyIfTheServiceIsAway(failure: Failure) {
        let bench = connecting()
        bench.happens(.token(.found("token", ahead: false)))
        bench.responds(.session, 201, session)
        for _ in 1...2 {
            bench.happens(.socket(.failed(failure)))
            bench.waits(for: .openSocket)
            bench.happens(.token(.found("token", ahead: false)))
        }
        bench.happens(.socket(.failed(failure)))
        #expect(bench.machine.ending?.reason == "unreachable")
        #expect(bench.log.count(.openSocket) == 3)
        let isOurs = failure == .exhausted("x") || failure == .untrusted("x")
        #expect(bench.log.verdicts == [isOurs ? .serviceUnknown : .serviceFails])
    }

    @Test(arguments: [Failure.untrusted("certificate"), .tooLarge, .forbiddenAddress])
    func failuresThatNoRetryMendsAreNotTheServicesFault(failure: Failure) {
        let bench = connecting()
        bench.happens(.token(.mayFetch))
        bench.happens(.response(.token, .failure(failure)))
        #expect(bench.machine.ending?.reason == "unreachable")
        #expect(bench.log.verdicts == [.serviceUnknown])
        #expect(bench.log.contains(.releaseToken))
    }

    @Test(arguments: ["", "{}", "[]", "\u{0}", #"{"access_token":""}"#, String(repeating: "[", count: 5000)])
    func aTokenReplyWithoutATokenIsTheServicesFault(body: String) {
        let bench = connecting()
        bench.happens(.token(.mayFetch))
        #expect(bench.responds(.token, 200, body).verdicts == [.serviceFails])
        #expect(bench.machine.ending?.reason == "bad_token_reply")
        #expect(bench.log.count(.releaseToken) == 1)
    }

    @Test(arguments: ["", "{}", #"{"id":""}"#, #"{"id":"a b"}"#, #"{"id":"a\r\nX: y"}"#, #"{"id":null}"#])
    func aSessionReplyWithoutAnIdIsTheServicesFault(body: String) {
        let bench = connecting()
        bench.happens(.token(.found("token", ahead: false)))
        #expect(bench.responds(.session, 200, body).verdicts == [.serviceFails])
        #expect(bench.machine.ending?.reason == "bad_session_reply")
    }

    // MARK: The socket that was opened early

    @Test func anEarlySocketThatDiesIsOpenedAgainWhenTheSessionExists() {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.token(.found("token", ahead: false)))
        bench.drops()
        #expect(bench.log.count(.openSocket) == 1)
        #expect(bench.responds(.session, 201, session).contains(.openSocket))
        bench.happens(.socket(.connected))
        #expect(bench.happens(.socket(.opened)).contains(.serviceWorks))
    }

    @Test func anEarlySocketThatDiesInTheHandshakeIsOpenedAgainAtOnce() {
        let bench = upgrading()
        #expect(bench.drops().contains(.openSocket))
        #expect(bench.happens(.socket(.connected)).contains { if case .upgrade = $0 { true } else { false } })
    }

    @Test func aSocketMayWaitLongForTheSession() {
        let bench = connecting()
        bench.happens(.socket(.connected))
        bench.happens(.token(.found("token", ahead: false)))
        bench.pass(.seconds(12))
        #expect(bench.responds(.session, 201, session).contains { if case .upgrade = $0 { true } else { false } })
    }

    @Test func aSocketThatTakesTooLongToConnectIsGivenUp() {
        let bench = connecting()
        bench.happens(.token(.found("token", ahead: false)))
        #expect(bench.pass(.seconds(10)).contains(.abandonSocket))
        #expect(bench.responds(.session, 201, session).contains(.openSocket))
    }

    @Test func whatAnAbandonedSocketStillSaysIsForNobody() {
        let bench = connecting()
        bench.pass(.seconds(10))
        #expect(bench.happens(.socket(.connected)) == [])
        #expect(bench.drops() == [])
        bench.happens(.token(.found("token", ahead: false)))
        #expect(bench.responds(.session, 201, session).contains(.openSocket))
    }

    // MARK: The deadline over all

    @Test func aHandshakeThatIsNeverAnsweredEndsWithTheSetUp() {
        let bench = upgrading()
        bench.pass(.seconds(10))
        bench.happens(.socket(.connected))
        bench.pass(.seconds(5))
        #expect(bench.machine.ending?.reason == "setup_timeout")
        #expect(bench.log.verdicts == [.serviceFails])
    }

    @Test func nothingEverAnswersAndTheSetUpEndsInTime() {
        let bench = connecting()
        bench.pass(.milliseconds(14_999))
        #expect(bench.machine.ending == nil)
        bench.pass(.milliseconds(1))
        #expect(bench.machine.ending?.reason == "setup_timeout")
    }

    @Test func whoEndsWhileFetchingATokenLetsOthersTry() {
        let bench = connecting()
        bench.happens(.token(.mayFetch))
        #expect(bench.pass(.seconds(15)).contains(.releaseToken))
        let other = connecting()
        other.happens(.token(.mayFetch))
        #expect(other.happens(.hangup).contains(.releaseToken))
    }

    @Test func whatComesAfterTheEndIsIgnored() {
        let bench = connecting()
        bench.happens(.token(.mayFetch))
        bench.pass(.seconds(15))
        #expect(bench.responds(.token, 200, grant) == [])
        #expect(bench.happens(.token(.found("token", ahead: false))) == [])
    }
}
