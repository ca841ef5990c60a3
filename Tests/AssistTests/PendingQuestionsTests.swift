import HTTP
import Testing

@testable import Assist

@Suite struct PendingQuestionsTests {
    @Test func aBusyServiceIsAskedTheSameAgainWhenItWants() throws {
        let bench = try Bench().opened()
        let first = try #require(bench.update("a").request(.suggestions(1)))
        #expect(bench.responds(.suggestions(1), 429, retryAfter: "3") == [])
        #expect(bench.pass(.milliseconds(2999)) == [])
        let again = try #require(bench.pass(.milliseconds(601)).request(.suggestions(1)))
        #expect(again.body == first.body)
        #expect(bench.suggests(1, "A").told == ["a: A"])
    }

    @Test func anHTTPDateIsReadByTheWallClock() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.responds(.suggestions(1), 429, retryAfter: "Tue, 14 Nov 2023 22:13:24 GMT")
        #expect(bench.pass(.milliseconds(3999)) == [])
        #expect(bench.pass(.milliseconds(801)).requests == [.suggestions(1)])
    }

    @Test func withoutATimeABusyServiceIsAskedAgainAfterTwoSeconds() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.responds(.suggestions(1), 429)
        #expect(bench.pass(.milliseconds(1999)) == [])
        #expect(bench.pass(.milliseconds(401)).requests == [.suggestions(1)])
    }

    @Test func aServiceThatStaysBusyIsAskedThreeTimes() throws {
        let bench = try Bench().opened()
        bench.update("a")
        for _ in 1...2 {
            bench.responds(.suggestions(1), 429, retryAfter: "1")
            #expect(bench.pass(.milliseconds(1200)).requests == [.suggestions(1)])
        }
        #expect(bench.responds(.suggestions(1), 429, retryAfter: "1").told == ["a: fallback"])
    }

    @Test func aWaitThatIsTooLongForTheAgentIsAFallbackAtOnce() throws {
        let bench = try Bench().opened()
        bench.update("a")
        #expect(bench.responds(.suggestions(1), 429, retryAfter: "15").told == ["a: fallback"])
        bench.update("b")
        #expect(bench.responds(.suggestions(2), 429, retryAfter: "10") == [])
    }

    @Test(
        arguments: [
            .failure(.timedOut("silent")), .failure(.unreachable("refused")), .failure(.tooLarge),
            .success(Response(status: 400)), .success(Response(status: 403)), .success(Response(status: 404)),
            .success(Response(status: 500)), .success(Response(status: 302)), .success(Response(status: 200)),
            .success(Response(status: 200, body: Array("{}".utf8))),
            .success(Response(status: 200, body: Array(#"{"suggestions":7}"#.utf8))),
        ] as [Result<Response, Failure>])
    func anythingElseIsAFallbackThatSaysSo(result: Result<Response, Failure>) throws {
        let bench = try Bench().opened()
        bench.update("a")
        let effects = bench.happens(.response(.suggestions(1), result))
        let line = try #require(effects.lines.first)
        #expect(line["fallback"] == true && line["triggered"] == true && line["cached"] == false)
        #expect(
            line["suggestions"]?.array?.map { $0["text"] } == [
                "I understand your concern. Let me connect you with a specialist.",
                "Would you like me to explain our resolution options?",
            ])
        #expect(effects.metrics.first?["fallback"] == true && effects.metrics.first?["suggestionCount"] == 2)
        #expect(effects.warnings.count == 1)
        #expect(effects.requests == [])
    }

    @Test func noSuggestionsAreNoFallback() throws {
        let bench = try Bench().opened()
        bench.update("a")
        let line = bench.responds(.suggestions(1), 200, #"{"suggestions":[]}"#).lines.first
        #expect(line?["fallback"] == false && line?["suggestions"] == [])
    }

    @Test func whatCannotBeReadIsCounted() throws {
        let bench = try Bench().opened()
        bench.update("a")
        let effects = bench.responds(
            .suggestions(1), 200, #"{"suggestions":[7,{"text":"A","confidence":"0.8"},{"text":""}]}"#)
        #expect(effects.told == ["a: A"])
        #expect(effects.warnings == ["suggestions that cannot be read are left out: 2"])
    }

    @Test func nobodyWaitsLongerThan15Seconds() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100) }.opened()
        bench.update("a")
        #expect(bench.pass(.milliseconds(14_999)) == [])
        let effects = bench.pass(.milliseconds(1))
        #expect(effects.told == ["a: fallback"])
        #expect(effects.contains(.cancel(.suggestions(1))))
        #expect(bench.suggests(1) == [])
    }

    @Test func theLastAttemptHasOnlyTheTimeThatIsLeft() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.responds(.suggestions(1), 429, retryAfter: "12")
        let request = try #require(bench.pass(.milliseconds(14_500)).request(.suggestions(1)))
        #expect(request.timeout < .seconds(3) && request.timeout > .zero)
    }

    @Test func questionsThatWaitedForATokenAreAskedInTheirOrder() throws {
        let bench = try Bench { $0.pingInterval = .seconds(100) }.opened(life: 3)
        bench.pass(.seconds(4))
        for number in 1...10 { bench.update("i\(number)") }
        #expect(bench.grants("T2").requests == (1...10).map { .suggestions($0) })
    }

    @Test func questionsGoOnWhileTheStreamIsAway() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.happens(.socket(.closed(nil, reason: "dropped")))
        #expect(bench.suggests(1, "A").told == ["a: A"])
    }
}
