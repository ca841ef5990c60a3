import Cognigy
import Testing
import WebSocket

@testable import Call

/// The socket after it was open once: Uplink's second half.
@Suite struct ReconnectTests {
    private func plan(attempts: Int = 5, ping: Duration = .seconds(30)) -> Uplink.Plan {
        var plan = Bench.plan
        plan.reconnectAttempts = attempts
        plan.pingInterval = ping
        return plan
    }

    @Test(arguments: [CloseCode.goingAway, .internalError, CloseCode(rawValue: 4000), nil])
    func aDropIsMended(code: CloseCode?) {
        let bench = Bench.talking()
        bench.drops(code)
        #expect(bench.machine.ending == nil)
        bench.waits(for: .openSocket)
        #expect(bench.log.suffix(2) == [.openSocket, .findToken(rejected: nil)])
        bench.happens(.token(.found("other", ahead: false)))
        #expect(
            bench.happens(.socket(.connected)).contains(
                .upgrade(
                    path: "/api/v1/sessions/s1/voice", headers: VoiceSocket.headers(token: "other", sessionID: "s1"))))
        bench.happens(.socket(.opened))
        bench.speaks("hello")
        #expect(bench.commands.last == stream("hello"))
        #expect(bench.log.verdicts == [.serviceWorks])
        #expect(bench.log.requests == [.session])
    }

    @Test func aServiceThatSaysGoodbyeEndsTheCallWhenAllIsHeard() {
        let bench = Bench.talking()
        bench.speaks("one")
        bench.settle()
        bench.says("two", end: false)
        bench.drops(.normal)
        #expect(bench.machine.ending == nil)
        bench.answers(0, endpos: 1)
        bench.happens(.prepared(2, .file("two")))
        bench.settle()
        bench.answers(0, endpos: 1)
        #expect(bench.machine.ending == Ending(.completed, "end"))
        bench.settle()
        #expect(bench.commands.last == .hangup)
        #expect(bench.isFinished)
    }

    @Test func afterTheGoodbyeNoWaitPromptPlays() {
        var rules = CallMachine.Rules()
        rules.handset.waitPrompt = "wait"
        let bench = Bench.talking(rules)
        bench.pass(.seconds(1))
        bench.says("slow", end: false)
        bench.drops(.normal)
        #expect(bench.outstanding == .waitForDigit)
    }

    @Test func aServiceThatRefusesToGoOnEndsTheCall() {
        let bench = Bench.talking()
        bench.drops(.policyViolation)
        #expect(bench.machine.ending?.reason == "refused")
        #expect(bench.log.verdicts == [.serviceWorks])
    }

    @Test func aSocketThatDoesNotComeBackIsGivenUp() {
        let bench = Bench.talking()
        bench.drops()
        for _ in 1...5 {
            bench.waits(for: .openSocket)
            bench.happens(.token(.found("token", ahead: false)))
            bench.drops()
        }
        #expect(bench.machine.ending?.status == .unavailable)
        #expect(bench.machine.ending?.reason == "socket_lost")
        #expect(bench.now < .seconds(20))
        #expect(bench.log.verdicts == [.serviceWorks, .serviceFails])
    }

    @Test func withoutAttemptsTheFirstDropIsTheEnd() {
        let bench = Bench.talking(plan: plan(attempts: 0))
        bench.drops()
        #expect(bench.machine.ending?.reason == "socket_lost")
    }

    @Test func theWaitsGrowAndVary() {
        var longest: [Duration] = Array(repeating: .zero, count: 5)
        for seed in 0..<200 {
            let bench = Bench(seed: UInt64(seed))
            bench.start()
            bench.connect()
            bench.settle()
            bench.opens()
            bench.drops()
            for attempt in 0..<5 {
                let before = bench.now
                bench.waits(for: .openSocket)
                longest[attempt] = max(longest[attempt], bench.now - before)
                bench.happens(.token(.found("token", ahead: false)))
                bench.drops()
            }
        }
        #expect(longest == longest.sorted())
        #expect(longest[0] <= .milliseconds(500))
        #expect(longest[4] > .seconds(5) && longest[4] <= .seconds(8))
    }

    @Test func aServiceThatOpensAndDropsForEverComesToAnEnd() {
        let bench = Bench.talking()
        var openings = 1
        while bench.machine.ending == nil, openings < 100 {
            bench.drops(.goingAway)
            if bench.machine.ending != nil { break }
            bench.reopens()
            openings += 1
        }
        #expect(openings == 6)
        #expect(bench.machine.ending?.reason == "socket_lost")
    }

    @Test func aSocketThatHoldsForAWhileStartsANewCount() {
        let bench = Bench.talking()
        for _ in 1...12 {
            bench.drops()
            bench.reopens()
            for _ in 1...4 {
                bench.pass(.seconds(8))
                bench.happens(.socket(.alive))
            }
        }
        #expect(bench.machine.ending == nil)
    }

    @Test func aTokenThatNobodyGetsDoesNotKeepTheCallerForEver() {
        let bench = Bench.talking()
        bench.drops()
        while bench.machine.ending == nil, bench.now < .seconds(200), bench.machine.nextDeadline != nil {
            if bench.waits(for: .findToken(rejected: nil)).contains(.openSocket) {
                bench.happens(.socket(.connected))
            }
            bench.happens(.token(.busy))
        }
        #expect(bench.machine.ending?.reason == "socket_lost")
        #expect(bench.now < .seconds(90))
    }

    @Test func aTokenThatIsRefusedAndNotReplacedDoesNotKeepTheCallerForEver() {
        let bench = Bench.talking()
        bench.drops()
        bench.waits(for: .openSocket)
        bench.happens(.token(.found("token", ahead: false)))
        bench.happens(.socket(.connected))
        #expect(bench.happens(.socket(.refused(status: 401, retryAfter: nil))).contains(.openSocket))
        while bench.machine.ending == nil, bench.now < .seconds(200), let next = bench.machine.nextDeadline {
            if bench.pass(next - bench.now).contains(.findToken(rejected: nil)) { bench.happens(.token(.busy)) }
        }
        #expect(bench.machine.ending?.reason == "socket_lost")
    }

    @Test func aSocketThatComesBackForWantOfADescriptorNoMoreIsNotTheServicesFault() {
        let bench = Bench.talking()
        bench.drops()
        while bench.machine.ending == nil {
            bench.waits(for: .openSocket)
            bench.happens(.token(.found("token", ahead: false)))
            bench.happens(.socket(.failed(.exhausted("no descriptor"))))
        }
        #expect(bench.machine.ending?.reason == "socket_lost")
        #expect(bench.log.verdicts == [.serviceWorks])
    }

    @Test(arguments: [404, 410])
    func aSessionThatTheServiceForgotIsTheEnd(status: Int) {
        let bench = Bench.talking()
        bench.drops()
        bench.waits(for: .openSocket)
        bench.happens(.token(.found("token", ahead: false)))
        bench.happens(.socket(.connected))
        bench.happens(.socket(.refused(status: status, retryAfter: nil)))
        #expect(bench.machine.ending?.reason == "session_lost")
        #expect(bench.log.verdicts == [.serviceWorks])
    }

    @Test func aReconnectThatIsToWaitForADayIsGivenUpAtOnce() {
        let bench = Bench.talking()
        bench.drops()
        bench.waits(for: .openSocket)
        bench.happens(.token(.found("token", ahead: false)))
        bench.happens(.socket(.connected))
        bench.happens(.socket(.refused(status: 429, retryAfter: "86400")))
        #expect(bench.machine.ending?.reason == "rate_limited")
    }

    // MARK: Pings

    @Test func aPingGoesOutAtEveryInterval() {
        let bench = Bench.talking()
        for _ in 1...5 {
            #expect(!bench.pass(.milliseconds(29_999)).contains(.sendPing))
            #expect(bench.pass(.milliseconds(1)).count(.sendPing) == 1)
            bench.happens(.socket(.alive))
        }
        #expect(bench.machine.ending == nil)
    }

    @Test(arguments: [Duration.milliseconds(100), .seconds(1), .seconds(5), .seconds(10), .seconds(30)])
    func aSocketThatDiesWithoutAWordIsNoticed(interval: Duration) {
        let bench = Bench.talking(plan: plan(ping: interval))
        bench.pass(interval)
        #expect(!bench.log.contains(.abandonSocket))
        #expect(bench.pass(.seconds(10)).contains(.abandonSocket))
        bench.waits(for: .openSocket)
        #expect(bench.machine.ending == nil)
    }

    @Test func anyMessageShowsThatTheSocketLives() {
        let bench = Bench.talking()
        bench.pass(.seconds(31))
        bench.says(#"{"type":"pong"}"#)
        bench.pass(.seconds(28))
        #expect(!bench.log.contains(.abandonSocket))
    }

    @Test func nothingIsPingedWithoutASocket() {
        let bench = Bench.talking()
        bench.press("1")
        bench.drops()
        var count = 0
        while bench.machine.ending == nil, let next = bench.machine.nextDeadline {
            let effects = bench.pass(next - bench.now)
            count += effects.count(.sendPing)
            if effects.contains(.openSocket) { bench.happens(.token(.busy)) }
        }
        #expect(count == 0)
    }

    // MARK: Keys without a socket

    @Test func keysBeforeTheSocketIsOpenAreSentInOrderWhenItIs() throws {
        let bench = Bench()
        bench.start()
        bench.connect()
        bench.settle()
        bench.press("1")
        bench.press("2")
        bench.happens(.token(.found("token", ahead: false)))
        bench.press("3")
        bench.responds(.session, 201, #"{"id":"s1"}"#)
        bench.happens(.socket(.connected))
        bench.settle()
        bench.press("4")
        #expect(bench.keys == "")
        bench.happens(.socket(.opened))
        #expect(bench.keys == "1234")
        bench.press("5")
        #expect(bench.keys == "12345")
    }

    @Test func keysDuringAReconnectAreSentInOrderAfterIt() {
        let bench = Bench.talking()
        bench.press("1")
        bench.drops()
        bench.press("2")
        bench.waits(for: .openSocket)
        bench.press("3")
        #expect(bench.keys == "1")
        bench.happens(.token(.found("token", ahead: false)))
        bench.happens(.socket(.connected))
        bench.happens(.socket(.opened))
        #expect(bench.keys == "123")
        bench.drops()
        bench.reopens()
        #expect(bench.keys == "123")
    }

    @Test func keysThatWereNotWrittenGoFirstAndInTheirOrder() throws {
        let bench = Bench.talking()
        bench.press("1")
        bench.press("2")
        bench.drops()
        bench.press("3")
        bench.happens(.unsent(try key("1")))
        bench.happens(.unsent(try key("2")))
        #expect(bench.reopens().filter { if case .sendKey = $0 { true } else { false } }.count == 3)
        #expect(bench.keys.suffix(3) == "123")
        bench.drops()
        bench.happens(.unsent(try key("3")))
        bench.press("4")
        bench.reopens()
        #expect(bench.keys.suffix(2) == "34")
    }
}
