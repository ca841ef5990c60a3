import Cognigy
import HTTP
import Testbed
import Testing

@Suite struct RetryTests {
    /// Sun, 06 Nov 1994 08:49:27 GMT
    private static let now = 784_111_767.0

    private func decide(
        _ result: Result<Response, Failure>, attempt: Int = 1, left: Duration = .seconds(60), seed: UInt64 = 1,
        by rules: Retry.Rules = .call
    ) -> Retry.Decision {
        var random = SeededGenerator(seed: seed)
        return Retry.decide(result, attempt: attempt, left: left, now: Self.now, by: rules, using: &random)
    }

    private func answer(_ status: Int, retryAfter: String? = nil) -> Result<Response, Failure> {
        .success(Response(status: status, retryAfter: retryAfter, body: [1]))
    }

    /// The waits that a hundred callers choose.
    private func pauses(_ result: Result<Response, Failure>, attempt: Int) -> [Duration] {
        (0..<100 as Range<UInt64>).compactMap {
            if case .again(let pause) = decide(result, attempt: attempt, seed: $0) { pause } else { nil }
        }
    }

    @Test(arguments: [200, 201, 204, 299], 1...3)
    func successIsAccepted(status: Int, attempt: Int) throws {
        #expect(decide(answer(status), attempt: attempt, left: .zero) == .accept(try answer(status).get()))
    }

    @Test(arguments: 1...3)
    func aTokenThatIsRefusedIsRenewedWhateverTheAttempt(attempt: Int) {
        #expect(decide(answer(401, retryAfter: "9"), attempt: attempt, left: .zero) == .renewToken)
    }

    @Test(arguments: 1...3)
    func forbiddenIsNotTriedAgain(attempt: Int) {
        #expect(decide(answer(403, retryAfter: "1"), attempt: attempt) == .giveUp(.forbidden))
    }

    @Test(arguments: [0, 101, 300, 302, 304, 400, 404, 405, 409, 422, 499], 1...3)
    func otherAnswersAreFinal(status: Int, attempt: Int) {
        #expect(decide(answer(status, retryAfter: "1"), attempt: attempt) == .giveUp(.failed(status: status)))
    }

    @Test(
        arguments: [
            (nil, 5), ("2", 2), ("0", 0), ("-3", 0), ("0.5", 0.5), ("soon", 5), ("", 5),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 10),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 10), ("Sun Nov  6 08:49:37 1994", 10),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ] as [(String?, Double)])
    func aRateLimitIsWaitedForWithJitterAboveIt(retryAfter: String?, seconds: Double) {
        for attempt in 1...2 {
            let pauses = pauses(answer(429, retryAfter: retryAfter), attempt: attempt)
            let spread = Duration.seconds(0.25 * Double(1 << attempt))
            #expect(pauses.count == 100)
            #expect(pauses.allSatisfy { $0 >= .seconds(seconds) && $0 <= .seconds(seconds) + spread })
            #expect(Set(pauses).count > 90)
        }
        #expect(decide(answer(429, retryAfter: retryAfter), attempt: 3) == .giveUp(.rateLimited))
    }

    @Test func aRateLimitLongerThanOurPatienceIsAFailure() {
        #expect(decide(answer(429, retryAfter: "15"), left: .seconds(15)) == .giveUp(.rateLimited))
        #expect(decide(answer(429, retryAfter: "86400")) == .giveUp(.rateLimited))
        #expect(decide(answer(429), left: .seconds(5)) == .giveUp(.rateLimited))
        #expect(decide(answer(429, retryAfter: "0"), left: .zero) == .giveUp(.rateLimited))
        #expect(decide(answer(429, retryAfter: "Sun, 06 Nov 1994 09:49:37 GMT")) == .giveUp(.rateLimited))
    }

    private static let passing: [(Result<Response, Failure>, Retry.Reason)] = [
        (.success(Response(status: 500)), .failed(status: 500)),
        (.success(Response(status: 503)), .failed(status: 503)),
        (.success(Response(status: 599)), .failed(status: 599)),
        (.failure(.timedOut("x")), .unreachable(.timedOut("x"))),
        (.failure(.unreachable("x")), .unreachable(.unreachable("x"))),
    ]

    @Test(arguments: 0..<5)
    func aServiceThatFailsIsAskedThreeTimes(index: Int) {
        let (result, reason) = Self.passing[index]
        for attempt in 1...2 {
            let pauses = pauses(result, attempt: attempt)
            #expect(pauses.count == 100)
            #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .seconds(0.5 * Double(1 << attempt)) })
            #expect(Set(pauses).count > 90)
        }
        #expect(decide(result, attempt: 3) == .giveUp(reason))
        #expect(decide(result, attempt: 1, left: .zero) == .giveUp(reason))
        #expect(reason.isServiceFault)
    }

    @Test(arguments: [Failure.untrusted("x"), .tooLarge, .forbiddenAddress], 1...3)
    func whatTryingAgainDoesNotHelpIsFinal(failure: Failure, attempt: Int) {
        #expect(decide(.failure(failure), attempt: attempt) == .giveUp(.unreachable(failure)))
        #expect(!Retry.Reason.unreachable(failure).isServiceFault)
    }

    /// Nothing was asked: even what must not be done twice is tried again.
    @Test(arguments: [Retry.Rules.call, .dialog, .bargeIn, .handoff, .flow])
    func whatThisMachineLacksMayBeThereAtTheNextAttempt(rules: Retry.Rules) {
        let failure = Failure.exhausted("no descriptor")
        guard case .again = decide(.failure(failure), by: rules) else {
            Issue.record("given up")
            return
        }
        #expect(decide(.failure(failure), attempt: 3, by: rules) == .giveUp(.unreachable(failure)))
        #expect(!Retry.Reason.unreachable(failure).isServiceFault)
    }

    @Test(arguments: [Retry.Reason.unauthorized, .forbidden, .rateLimited, .failed(status: 404), .failed(status: 302)])
    func theBreakerCountsOnlyFaultsOfTheService(reason: Retry.Reason) {
        #expect(!reason.isServiceFault)
    }

    @Test func theBackoffIsFullJitterUnderItsCap() {
        var random = SeededGenerator(seed: 6)
        for attempt in -1...70 {
            let most = min(8, 0.5 * Double(1 << min(max(attempt, 0), 16)))
            let pauses = (0..<200).map { _ in Retry.backoff(attempt, base: 0.5, using: &random) }
            #expect(pauses.allSatisfy { $0 >= .zero && $0 <= .seconds(most) })
            #expect(pauses.max() ?? .zero > .seconds(most * 0.9))
            #expect(pauses.min() ?? .zero < .seconds(most * 0.1))
        }
    }

    // MARK: Dialogs

    @Test(arguments: 1...3)
    func anAPIKeyThatIsRefusedStopsADialogAtOnce(attempt: Int) {
        #expect(decide(answer(401, retryAfter: "1"), attempt: attempt, by: .dialog) == .giveUp(.unauthorized))
        #expect(decide(answer(403, retryAfter: "1"), attempt: attempt, by: .dialog) == .giveUp(.forbidden))
    }

    @Test(
        arguments: [
            (.success(Response(status: 429, retryAfter: "3")), 3, .rateLimited),
            (.success(Response(status: 429, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT")), 10, .rateLimited),
            (.success(Response(status: 429)), 1, .rateLimited),
            (.success(Response(status: 429, retryAfter: "soon")), 1, .rateLimited),
            (.success(Response(status: 429, retryAfter: "0")), 0, .rateLimited),
            (.success(Response(status: 500)), 1, .failed(status: 500)),
            (.success(Response(status: 503, retryAfter: "9")), 1, .failed(status: 503)),
            (.failure(.unreachable("x")), 0.5, .unreachable(.unreachable("x"))),
            (.failure(.timedOut("x")), 0.5, .unreachable(.timedOut("x"))),
        ] as [(Result<Response, Failure>, Double, Retry.Reason)])
    func aDialogIsTriedAgainAfterWaitsThatDouble(
        result: Result<Response, Failure>, seconds: Double, reason: Retry.Reason
    ) {
        for seed in 0..<10 as Range<UInt64> {
            #expect(decide(result, attempt: 1, seed: seed, by: .dialog) == .again(after: .seconds(seconds)))
            #expect(decide(result, attempt: 2, seed: seed, by: .dialog) == .again(after: .seconds(2 * seconds)))
            #expect(decide(result, attempt: 3, seed: seed, by: .dialog) == .giveUp(reason))
        }
    }

    @Test func aDialogIsNotWaitedForLongerThanTheCallersPatience() {
        #expect(
            decide(answer(429, retryAfter: "3"), attempt: 2, left: .seconds(6), by: .dialog) == .giveUp(.rateLimited))
        #expect(decide(answer(500), left: .seconds(1), by: .dialog) == .giveUp(.failed(status: 500)))
    }

    @Test(arguments: [Failure.untrusted("x"), .tooLarge, .forbiddenAddress])
    func whatTryingAgainDoesNotHelpIsFinalForADialogToo(failure: Failure) {
        #expect(decide(.failure(failure), by: .dialog) == .giveUp(.unreachable(failure)))
    }

    @Test(arguments: [200, 201, 302, 400, 404, 422])
    func otherAnswersMeanTheSameForADialog(status: Int) {
        #expect(decide(answer(status), by: .dialog) == decide(answer(status)))
    }

    @Test func aWebhookAsksOnceMoreAfterTwoSecondsWhereItsSenderWaitsThatLong() {
        let left = Duration.seconds(2.9)
        #expect(decide(answer(429), left: left, by: .bargeIn) == .again(after: .seconds(2)))
        #expect(decide(answer(429, retryAfter: "1"), left: left, by: .bargeIn) == .again(after: .seconds(1)))
        #expect(decide(answer(429, retryAfter: "30"), left: left, by: .bargeIn) == .giveUp(.rateLimited))
        #expect(decide(answer(429), left: .seconds(2), by: .bargeIn) == .giveUp(.rateLimited))
        #expect(decide(answer(429), attempt: 2, by: .bargeIn) == .giveUp(.rateLimited))
        #expect(decide(answer(500), attempt: 2, by: .bargeIn) == .giveUp(.failed(status: 500)))
        #expect(decide(.failure(.timedOut("x")), attempt: 2, by: .bargeIn) == .giveUp(.unreachable(.timedOut("x"))))
        #expect(decide(answer(401), attempt: 2, by: .bargeIn) == .renewToken)
    }
}
