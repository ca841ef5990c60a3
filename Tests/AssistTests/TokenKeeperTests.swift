import HTTP
import Testing

@testable import Assist

@Suite struct TokenKeeperTests {
    @Test func aTokenIsRenewedAMinuteBeforeItsEndAndTheStreamStays() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100_000) }.opened()
        #expect(bench.pass(.milliseconds(3_539_999)) == [])
        let effects = bench.pass(.milliseconds(1))
        #expect(effects.requests == [.token])
        #expect(effects.count == 1)
        #expect(bench.update("a").request(.suggestions(1))?.headers.last == .bearer("T1"))
        #expect(bench.grants("T2") == [])
        #expect(bench.update("b").request(.suggestions(2))?.headers.last == .bearer("T2"))
        #expect(bench.pass(.milliseconds(3_540_000)).requests == [.token], "and so on")
    }

    @Test func whileTheNextCannotBeHadTheOldOneIsUsedToItsEnd() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100_000) }.opened(life: 120)
        bench.pass(.seconds(60))
        #expect(
            bench.responds(.token, 500)
                == [.log(.warning, "the token is not renewed (the token request is answered HTTP 500): 1")])
        #expect(bench.responds(.token, 500) == [], "nobody asked")
        #expect(bench.update("a").request(.suggestions(1))?.headers.last == .bearer("T1"))
        for _ in 1...10 {
            #expect(bench.pass(.seconds(5)).requests == [.token])
            bench.responds(.token, 503)
        }
        bench.pass(.seconds(5))
        let effects = bench.update("b")
        #expect(effects.requests == [])
        bench.grants("T2")
        #expect(bench.log.request(.suggestions(2))?.headers.last == .bearer("T2"))
    }

    @Test func aTokenThatEndsIsNotShown() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100_000) }.opened(life: 3)
        bench.pass(.milliseconds(2600))
        #expect(bench.update("a").request(.suggestions(1))?.headers.last == .bearer("T1"))
        bench.pass(.milliseconds(101))
        #expect(bench.update("b").requests == [.token])
        #expect(bench.update("c").requests == [])
        let effects = bench.grants("T2", life: 3)
        #expect(effects.requests == [.suggestions(2), .suggestions(3)])
    }

    @Test func aRefusedTokenIsReplacedAndTheQuestionAskedAgain() throws {
        let bench = try Bench().opened()
        let first = bench.update("a").request(.suggestions(1))
        let second = bench.update("b").request(.suggestions(2))
        #expect(bench.responds(.suggestions(1), 401).requests == [.token])
        #expect(bench.responds(.suggestions(2), 401).requests == [])
        let effects = bench.grants("T2")
        for (id, before) in [(1, first), (2, second)] {
            let again = effects.request(.suggestions(id))
            #expect(again?.body == before?.body && again?.headers.last == .bearer("T2"))
        }
        #expect(bench.suggests(1, "A").told == ["a: A"])
    }

    @Test func aSecondRefusalIsAFallbackAndNoStorm() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.responds(.suggestions(1), 401)
        bench.grants("T2")
        #expect(bench.responds(.suggestions(1), 401).told == ["a: fallback"])
        for number in 1...20 {
            let effects = bench.update("x\(number)")
            #expect(effects.requests == [])
            #expect(effects.told == ["x\(number): fallback"])
        }
        bench.now += .seconds(10)
        #expect(bench.update("b").requests == [.token])
    }

    @Test func withoutATokenThereIsAFallbackAndNoStorm() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100_000) }.opened(life: 20)
        bench.pass(.seconds(10))
        bench.responds(.token, 500)
        bench.now = .seconds(19)
        #expect(bench.update("a").requests == [.token])
        #expect(bench.happens(.response(.token, .failure(.timedOut("silent")))).told == ["a: fallback"])
        #expect(bench.update("b").told == ["b: fallback"])
        #expect(bench.log.requests.filter { $0 == .token }.count == 3)
    }

    /// While the service is away for hours, only those who want a token ask for it, in their own growing pauses.
    @Test func afterItsEndATokenIsFetchedWhenItIsWanted() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100_000) }.opened(life: 120)
        bench.pass(.seconds(60))
        for _ in 1...11 {
            bench.responds(.token, 503)
            #expect(bench.pass(.seconds(5)).requests == [.token])
        }
        bench.responds(.token, 503)
        #expect(bench.pass(.seconds(3600)).requests == [])
        #expect(bench.update("a").requests == [.token])
    }

    @Test func aTokenOfNoTimeIsNoStorm() throws {
        let bench = try Bench()
        bench.happens(.tick)
        let effects = bench.responds(.token, 200, #"{"access_token":"T1","expires_in":1e-30}"#)
        #expect(effects == [.openSocket(bench.machine.rules.account.base)])
    }
}
