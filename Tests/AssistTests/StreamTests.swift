import Cognigy
import HTTP
import System
import Testing
import WebSocket

@testable import Assist

@Suite struct StreamTests {
    private func openings(_ effects: [Effect]) -> Int { effects.filter { $0 == .openSocket(base) }.count }

    private let base: Location

    init() throws { base = try #require(Bench.base) }

    /// How long until the stream is opened again.
    private func pause(_ bench: Bench) -> Double {
        let start = bench.now
        while openings(bench.happens(.tick)) == 0, let next = bench.machine.nextDeadline { bench.now = next }
        return (bench.now - start).inSeconds
    }

    @Test func itIsOpenedWithATokenOfItsOwn() throws {
        let bench = try Bench()
        let effects = bench.happens(.tick)
        let request = try #require(effects.request(.token))
        #expect(effects.count == 1)
        #expect(request.location.path == "/v/api/v1/oauth/token")
        #expect(bench.grants() == [.openSocket(base)])
        #expect(
            bench.happens(.socket(.connected))
                == [.upgrade(path: "/v/api/v1/streaming/agentassist", headers: [.bearer("T1")])])
        #expect(bench.happens(.socket(.opened)).count == 1)
    }

    @Test func itComesBackForEverAfterPausesThatGrowToAMinute() throws {
        let bench = try Bench().opened()
        bench.happens(.socket(.closed(nil, reason: "dropped")))
        let ranges = [5.0...6, 10...12, 20...24, 40...48] + Array(repeating: 50...60, count: 20)
        var pauses: Set<Double> = []
        for range in ranges {
            let pause = pause(bench)
            #expect(range.contains(pause), "\(pause)")
            pauses.insert(pause)
            bench.happens(.socket(.closed(nil, reason: "refused")))
        }
        #expect(pauses.count == ranges.count, "each is spread")
    }

    @Test func itComesBackWhereNoConnectionCouldBeMade() throws {
        let bench = try Bench()
        bench.happens(.tick)
        bench.grants()
        let told = bench.happens(.socket(.failed(.unreachable("api.test: no connection")))).warnings
        #expect(told.count == 1 && told[0].contains("api.test: no connection"))
        #expect((5.0...6).contains(pause(bench)))
    }

    @Test(arguments: [CloseCode.normal, .goingAway, .internalError])
    func itComesBackWhateverTheServiceSaysAtTheEnd(code: CloseCode) throws {
        let bench = try Bench().opened()
        #expect(bench.happens(.socket(.closed(code, reason: "bye"))).warnings.count == 1)
        #expect((5.0...6).contains(pause(bench)))
    }

    @Test func aStreamThatHeldForHalfAMinuteStartsAnew() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100) }.opened()
        for (held, range) in [(1, 5.0...6), (1, 10...12), (29, 20...24), (30, 5.0...6)] {
            bench.pass(.seconds(held))
            bench.happens(.socket(.closed(nil, reason: "dropped")))
            let pause = pause(bench)
            #expect(range.contains(pause), "\(pause)")
            bench.happens(.socket(.connected))
            bench.happens(.socket(.opened))
        }
    }

    @Test(arguments: [401, 403])
    func anAuthenticationFailureIsWaitedFor10Seconds(status: Int) throws {
        let bench = try Bench()
        bench.happens(.tick)
        bench.grants()
        for round in 1...3 {
            bench.happens(.socket(.connected))
            bench.happens(.socket(.refused(status: status, retryAfter: nil)))
            if status == 401 {
                #expect(bench.pass(.milliseconds(9999)) == [])
                #expect(bench.pass(.seconds(2)).requests == [.token], "a refused token is not shown again")
                bench.grants("T\(round + 1)")
            } else {
                #expect((10.0...12).contains(pause(bench)))
            }
        }
        #expect(openings(bench.log) == 4)
    }

    @Test(arguments: [400, 401, 403])
    func credentialsThatAreRefusedAreTriedAgainEvery10Seconds(status: Int) throws {
        let bench = try Bench()
        #expect(bench.happens(.tick).requests == [.token])
        for _ in 1...5 {
            let warnings = bench.responds(.token, status, "{}").warnings
            #expect(warnings.first?.contains("client_secret") == true)
            #expect(bench.pass(.milliseconds(9999)) == [])
            #expect(bench.pass(.seconds(2)).requests == [.token])
        }
    }

    @Test func aTokenRequestThatFailsIsTriedAgain() throws {
        let bench = try Bench()
        bench.happens(.tick)
        for result in [
            .failure(.timedOut("silent")), .success(Response(status: 500)), .success(Response(status: 200)),
        ] as [Result<Response, Failure>] {
            #expect(bench.happens(.response(.token, result)).warnings.count == 1)
            #expect(bench.pass(.milliseconds(4999)) == [])
            #expect(bench.pass(.seconds(60)).requests == [.token])
        }
        #expect(openings(bench.grants()) == 1)
    }

    @Test func aBusyServiceIsLeftInPeaceAsLongAsItAsks() throws {
        let bench = try Bench()
        bench.happens(.tick)
        bench.grants()
        bench.happens(.socket(.connected))
        bench.happens(.socket(.refused(status: 429, retryAfter: "90")))
        #expect(pause(bench) == 90)
        bench.happens(.socket(.connected))
        bench.happens(.socket(.refused(status: 503, retryAfter: "86400")))
        #expect(pause(bench) == 300)
    }

    @Test func theEndOfATokenEndsTheStreamForTenSeconds() throws {
        let bench = try Bench().opened()
        bench.happens(.socket(.closed(.policyViolation, reason: "token expired")))
        #expect(bench.pass(.milliseconds(9999)) == [])
        #expect(bench.pass(.seconds(2)).requests == [.token])
    }

    /// The first token is over before the way to the service is open.
    @Test func aConnectionForWhichThereIsNoTokenIsDropped() throws {
        let bench = try Bench()
        bench.happens(.tick)
        bench.grants(life: 2)
        bench.pass(.seconds(3))
        #expect(bench.happens(.socket(.connected)).requests == [.token])
        #expect(bench.responds(.token, 503).first == .abandonSocket)
        #expect(openings(bench.pass(.seconds(4))) == 0)
        #expect(bench.pass(.seconds(3)).requests == [.token])
        #expect(bench.grants() == [.openSocket(base)])
    }

    @Test func aReasonThatQuotesTheTokenIsNotTold() throws {
        let bench = try Bench().opened()
        let told = bench.happens(.socket(.closed(.internalError, reason: "bad token T1!"))).warnings.first
        #expect(told?.hasPrefix("the stream: closed with 1011; it is opened again in ") == true)
    }

    // MARK: Heartbeat

    @Test func aSilentServiceIsNoticed() throws {
        let bench = try Bench().opened()
        #expect(bench.pass(.milliseconds(29_999)) == [])
        #expect(bench.pass(.milliseconds(1)) == [.sendPing])
        #expect(bench.pass(.milliseconds(9999)) == [])
        let effects = bench.pass(.milliseconds(1))
        #expect(effects.first == .abandonSocket)
        #expect(effects.warnings.first?.contains("fell silent") == true)
        #expect(bench.happens(.socket(.text("late"))) == [])
        #expect((5.0...6).contains(pause(bench)))
    }

    @Test(arguments: [SocketEvent.alive, .text("{}")])
    func whoeverAnswersLives(event: SocketEvent) throws {
        let bench = try Bench().opened()
        for _ in 1...10 {
            #expect(bench.pass(.seconds(30)).contains(.sendPing))
            bench.happens(.socket(event))
        }
        #expect(openings(bench.log) == 1)
    }

    @Test func theHeartbeatIsAsOftenAsConfigured() throws {
        let bench = try Bench { $0.pingInterval = .seconds(2) }.opened()
        #expect(bench.pass(.seconds(9)).filter { $0 == .sendPing }.count == 4)
        #expect(bench.pass(.seconds(3)).contains(.abandonSocket), "an unanswered ping keeps its deadline")
    }

    @Test func aHandshakeThatHangsIsGivenUp() throws {
        let bench = try Bench()
        bench.happens(.tick)
        bench.grants()
        bench.pass(.seconds(4))
        bench.happens(.socket(.connected))
        #expect(bench.pass(.milliseconds(5999)) == [])
        #expect(bench.pass(.milliseconds(1)).first == .abandonSocket)
        #expect((5.0...6).contains(pause(bench)))
    }
}
