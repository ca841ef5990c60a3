import Cognigy
import HTTP
import JSON
import Testing
import WebSocket

@testable import Assist

@Suite struct AssistMachineTests {
    // MARK: One update

    @Test func anUpdateThatTriggersIsAskedAndWritten() throws {
        let bench = try Bench().opened()
        let asked = bench.update("a", score: -0.7)
        let request = try #require(asked.request(.suggestions(1)))
        #expect(request.location.text == "https://api.example.com/v/api/v1/agentassist/suggest")
        #expect(request.headers == [.json, .bearer("T1")])
        #expect(request.timeout == .seconds(5))
        #expect(
            request.body
                == Array(#"{"context":{},"interactionId":"a","sentimentScore":-0.7,"transcript":"refund"}"#.utf8))
        #expect(asked.lines.isEmpty)

        bench.now += .milliseconds(250)
        let told = bench.suggests(1)
        let line =
            #"{"cached":false,"fallback":false,"interactionId":"a","suggestions":"#
            + #"[{"confidence":0.9,"source":"kb","text":"Hello"}],"triggered":true}"# + "\n"
        #expect(told.first == .line(Array(line.utf8)))
        #expect(
            told.metrics == [
                [
                    "timestamp": "2023-11-14T22:13:20.250Z", "interactionId": "a", "triggered": true, "cached": false,
                    "fallback": false, "suggestionCount": 1, "eventType": "AGENT_ASSIST_QUERY",
                ]
            ])
        #expect(told.count == 2)
    }

    @Test func anUpdateThatTriggersNothingIsWrittenAtOnce() throws {
        let bench = try Bench().opened()
        let effects = bench.update("a", "all is well", score: 0.5)
        #expect(
            effects.lines == [
                ["interactionId": "a", "triggered": false, "cached": false, "fallback": false, "suggestions": []]
            ])
        #expect(effects.metrics.first?["suggestionCount"] == 0)
        #expect(effects.requests == [])
    }

    @Test func aLineIsOneLineWhateverIsInIt() throws {
        let bench = try Bench().opened()
        bench.update("a\\n\n\u{2028}\"")
        let effects = bench.responds(.suggestions(1), 200, #"{"suggestions":[{"text":"x\ny\r","confidence":1}]}"#)
        guard case .line(let bytes)? = effects.first else {
            Issue.record("no line")
            return
        }
        #expect(bytes.filter { $0 == 10 || $0 == 13 }.count == 1 && bytes.last == 10)
    }

    @Test func messagesThatAreNoUpdatesAreCountedAndToldOnceAMinute() throws {
        let bench = try Bench().opened()
        #expect(bench.happens(.socket(.text("{"))).warnings.count == 1)
        for _ in 0..<100 { #expect(bench.happens(.socket(.text("nonsense"))) == []) }
        #expect(bench.happens(.socket(.text(#"{"type":"HELLO"}"#))).warnings == [])
        bench.now += .seconds(60)
        #expect(
            bench.happens(.socket(.text("[]"))).warnings
                == ["messages that are no interaction updates are ignored: 101"])
        #expect(bench.update("a", "well").told == ["a: quiet"])
    }

    // MARK: Order

    @Test func aSlowAnswerHoldsUpOnlyItsOwnInteraction() throws {
        let bench = try Bench().opened()
        bench.update("slow", "refund one")
        #expect(bench.update("slow", "well").lines == [])
        #expect(bench.update("slow", "refund two").requests == [.suggestions(2)])
        bench.update("fast", "refund")
        #expect(bench.suggests(3, "C").told == ["fast: C"])
        #expect(bench.update("fast", "well").told == ["fast: quiet"])
        #expect(bench.suggests(2, "B").lines == [])
        #expect(bench.suggests(1, "A").told == ["slow: A", "slow: quiet", "slow: B"])
    }

    @Test func theLinesOfAnInteractionDoNotDependOnWhenAnswersCome() throws {
        let orders = [[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [3, 1, 5, 2, 6, 4], [4, 6, 2, 5, 1, 3]]
        var seen: Set<[String]> = []
        for order in orders {
            let bench = try Bench().opened()
            for number in 1...3 {
                for interaction in ["a", "b"] { bench.update(interaction, "refund \(number)") }
            }
            for id in order { bench.suggests(id, "\(id)") }
            #expect(bench.log.told.count == 6)
            seen.insert(bench.log.told.filter { $0.hasPrefix("a") } + bench.log.told.filter { $0.hasPrefix("b") })
        }
        #expect(seen == [["a: 1", "a: 3", "a: 5", "b: 2", "b: 4", "b: 6"]])
    }

    @Test func of17UpdatesOfOneInteractionTheFirstHasItsFallback() throws {
        let bench = try Bench().opened()
        for number in 1...16 { bench.update("a", "refund \(number)") }
        bench.update("b", "refund")
        #expect(bench.lines == [])
        let effects = bench.update("a", "refund 17")
        #expect(effects.told == ["a: fallback"])
        #expect(effects.contains(.cancel(.suggestions(1))))
        #expect(effects.warnings.count == 1)
        #expect(bench.suggests(1).isEmpty)
        #expect(bench.suggests(2, "B").told == ["a: B"])
    }

    @Test func aQuestionThatAnotherUpdateStillWaitsForGoesOn() throws {
        let bench = try Bench().opened()
        bench.update("a", "refund 1")
        for number in 1...15 { bench.update("a", "refund \(number)") }
        let effects = bench.update("a", "refund 16")
        #expect(effects.told == ["a: fallback"])
        #expect(!effects.contains(.cancel(.suggestions(1))))
        #expect(bench.suggests(1, "A").told == ["a: A"])
    }

    @Test func of257UpdatesInAllTheOldestHasItsFallback() throws {
        let bench = try Bench().opened()
        for number in 1...256 { bench.update("i\(number)") }
        #expect(bench.lines == [])
        #expect(bench.update("one more").told == ["i1: fallback"])
        bench.suggests(2)
        #expect(bench.update("and one").told == [])
    }

    @Test func questionsOfMoreThan8MiBDoNotWait() throws {
        let bench = try Bench().opened()
        let long = "refund " + String(repeating: "x", count: 1_000_000)
        for number in 1...8 { bench.update("i\(number)", long) }
        #expect(bench.lines == [])
        #expect(bench.update("i9", long).told == ["i1: fallback"])
    }

    // MARK: One question

    @Test func equalQuestionsInFlightAreOneRequest() throws {
        let bench = try Bench().opened()
        #expect(bench.update("a").requests == [.suggestions(1)])
        #expect(bench.update("a").requests == [])
        #expect(bench.update("a", "refund!").requests == [.suggestions(2)])
        let effects = bench.suggests(1, "A")
        #expect(effects.told == ["a: A", "a: A"])
        #expect(effects.lines.map { $0["cached"] } == [false, true])
    }

    @Test func anEqualQuestionLaterIsAnsweredFromTheCacheFor120Seconds() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.suggests(1, "A")
        bench.now += .milliseconds(119_999)
        let effects = bench.update("a")
        #expect(effects.requests == [])
        #expect(effects.told == ["a: A"])
        #expect(effects.lines.first?["cached"] == true)
        #expect(effects.metrics.first?["cached"] == true)
        #expect(bench.update("b").requests == [.suggestions(2)])
        bench.now += .milliseconds(1)
        #expect(bench.update("a").requests == [.suggestions(3)])
    }

    @Test func aFallbackIsNeverCached() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.update("a")
        #expect(bench.responds(.suggestions(1), 500).told == ["a: fallback", "a: fallback"])
        #expect(bench.lines.map { $0["cached"] } == [false, false])
        #expect(bench.update("a").requests == [.suggestions(2)])
    }

    // MARK: Policy

    @Test func whatIsProhibitedOrUnsureLeavesNeither() throws {
        let bench = try Bench().opened()
        let reply = """
            {"suggestions":[{"text":"take LEGAL\\nAction","confidence":1},{"text":"unsure","confidence":0.7},
            {"text":"a","confidence":1},{"text":"b","confidence":1},{"text":"c","confidence":1},
            {"text":"d","confidence":1}]}
            """
        bench.update("a")
        let fresh = bench.responds(.suggestions(1), 200, reply)
        let cached = bench.update("a")
        for effects in [fresh, cached] {
            #expect(effects.lines.first?["suggestions"]?.array?.compactMap { $0["text"]?.string } == ["a", "b", "c"])
            #expect(effects.metrics.first?["suggestionCount"] == 3)
        }
    }

    @Test func theFallbackIsJudgedToo() throws {
        let bench = try Bench {
            $0.policy = AssistPolicy(prohibitedPhrases: ["Specialist"], minConfidence: 0.75, maxSuggestions: 3)
        }.opened()
        bench.update("a")
        let effects = bench.responds(.suggestions(1), 503)
        #expect(
            effects.lines.first?["suggestions"]?.array?.compactMap { $0["text"]?.string }
                == ["Would you like me to explain our resolution options?"])
        #expect(effects.metrics.first?["suggestionCount"] == 1)
        #expect(effects.metrics.first?["fallback"] == true)
    }

    /// To Swift, their ids are equal.
    @Test func interactionsThatDifferInBytesAloneAreTwo() throws {
        let bench = try Bench().opened()
        bench.update("n\u{E9}")
        let ids = (bench.update("ne\u{301}", "well") + bench.suggests(1)).lines.map { $0["interactionId"]?.string }
        #expect(ids.map { $0.map { Array($0.utf8) } } == ["ne\u{301}", "n\u{E9}"].map { Array($0.utf8) })
    }

    /// Somebody may look at the lines in a terminal, and somebody split them at every end of a line that Unicode knows.
    @Test func aLineHoldsNoControlCharacterAndNoOtherEndOfALine() throws {
        let bench = try Bench().opened()
        let effects = bench.update("é\u{9B}2J\u{85}\u{2028}\u{2029}😀\u{1B}\u{7F}", "well")
        let text = effects.compactMap {
            if case .line(let line) = $0 { String(decoding: line, as: UTF8.self) } else { nil }
        }
        #expect(text.first?.hasPrefix("{") == true)
        let wanted = #""interactionId":"é\u009b2J\u0085\u2028\u2029😀\u001b\u007f""#
        #expect(text.first?.contains(wanted) == true)
    }

    // MARK: Reload

    @Test func newSettingsHoldFromTheNextLineOnAndTheStreamStays() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.suggests(1, "please sue")
        bench.update("b")
        let rules = try Bench.rules {
            $0.triggers = AssistTriggers(keywords: ["cancel"], sentimentThreshold: nil)
            $0.policy = AssistPolicy(prohibitedPhrases: ["SUE"], minConfidence: 0, maxSuggestions: 1)
        }
        #expect(bench.happens(.reload(rules)) == [])
        #expect(bench.suggests(2, "now sue").lines.first?["suggestions"] == [])
        #expect(bench.update("a", "refund", score: -1).told == ["a: quiet"])
        #expect(bench.update("a", "cancel").requests == [.suggestions(3)])
        #expect(bench.suggests(3, "stay", confidence: 0.1).told == ["a: stay"])
    }

    @Test func aSmallerCacheIsSmallerAtOnce() throws {
        let bench = try Bench().opened()
        for (id, name) in [(1, "a"), (2, "b")] {
            bench.update(name)
            bench.suggests(id)
        }
        bench.happens(.reload(try Bench.rules { $0.cacheSize = 1 }))
        #expect(bench.update("b").requests == [])
        #expect(bench.update("a").requests == [.suggestions(3)])
    }

    @Test func anotherAccountHasAnotherTokenAndNoCache() throws {
        let bench = try Bench().opened()
        bench.update("a")
        bench.suggests(1)
        let rules = try Bench.rules { $0.account.clientID = "other" }
        #expect(bench.happens(.reload(rules)) == [])
        let effects = bench.update("a")
        #expect(effects.requests == [.token])
        #expect(effects.request(.token)?.body.map { String(decoding: $0, as: UTF8.self) }?.contains("other") == true)
        #expect(bench.grants("T2").request(.suggestions(2))?.headers.last == .bearer("T2"))
    }

    @Test func aQuestionUnderWayIsAskedOfTheOtherAccount() throws {
        let bench = try Bench().opened()
        bench.update("a")
        let effects = bench.happens(.reload(try Bench.rules { $0.account.clientID = "other" }))
        #expect(effects.first == .cancel(.suggestions(1)))
        #expect(effects.requests == [.token])
        #expect(bench.grants("T2").request(.suggestions(1))?.headers.last == .bearer("T2"))
        #expect(bench.suggests(1).told == ["a: Hello"])
    }

    @Test func anotherServiceHasAnotherStream() throws {
        let bench = try Bench().opened()
        let rules = try Bench.rules { $0.account.base = Location("https://other.example.com") ?? $0.account.base }
        let effects = bench.happens(.reload(rules))
        #expect(effects.first == .abandonSocket && effects.requests == [.token])
        #expect(bench.update("a") == [], "whoever is left says nothing more")
        #expect(bench.grants("T2") == [.openSocket(rules.account.base)])
    }

    @Test func aServiceNeverSeesTheTokenOfAnother() throws {
        let bench = try Bench()
        bench.happens(.tick)
        #expect(bench.grants() == [.openSocket(bench.machine.rules.account.base)])
        let rules = try Bench.rules { $0.account.base = Location("https://other.example.com") ?? $0.account.base }
        #expect(bench.happens(.reload(rules)).first == .abandonSocket)
        bench.happens(.socket(.connected))
        #expect(bench.grants("T2") == [.openSocket(rules.account.base)])
    }

    // MARK: The end

    /// A token that is due for renewal then, or a question whose time is over, would keep the loop busy until the end.
    @Test func afterSIGTERMTheMachineWaitsForTheEndOfTheStreamAlone() throws {
        let bench = try Bench().opened(life: 20)
        bench.update("i1")
        bench.pass(.milliseconds(9500))
        bench.happens(.terminate)
        #expect(bench.machine.nextDeadline == bench.now + .seconds(1))
    }

    @Test func whoIsToldToGoSaysWhatIsLeftAndClosesTheStream() throws {
        let bench = try Bench().opened()
        bench.update("a", "refund 1")
        bench.update("b")
        bench.update("a", "refund 2")
        let effects = bench.happens(.terminate)
        #expect(effects.told == ["a: fallback", "b: fallback", "a: fallback"])
        #expect(effects.last == .closeSocket(.goingAway))
        #expect(effects.filter { if case .cancel = $0 { true } else { false } }.count == 3)
        #expect(bench.update("a", "well") == [])
        #expect(bench.happens(.terminate) == [])
        #expect(bench.happens(.socket(.closed(.goingAway, reason: ""))) == [.finish])
        #expect(bench.happens(.tick) == [])
    }

    @Test func aServiceThatDoesNotCloseIsNotWaitedForLong() throws {
        let bench = try Bench().opened()
        bench.happens(.terminate)
        #expect(bench.pass(.milliseconds(999)) == [])
        #expect(bench.pass(.milliseconds(1)) == [.abandonSocket, .finish])
    }

    @Test func withoutAStreamTheEndComesAtOnce() throws {
        let bench = try Bench()
        #expect(bench.happens(.tick).requests == [.token])
        #expect(bench.happens(.terminate) == [.cancel(.token), .finish])
        let connecting = try Bench()
        connecting.happens(.tick)
        connecting.grants()
        #expect(connecting.happens(.terminate) == [.abandonSocket, .finish])
    }

    // MARK: Months

    @Test func aLongLifeLeavesNothingBehind() throws {
        let bench = try Bench { $0.cacheSize = 10 }.opened()
        for number in 1...2000 {
            bench.update("i\(number)")
            _ = number % 3 == 0 ? bench.responds(.suggestions(number), 500) : bench.suggests(number)
        }
        #expect(bench.lines.count == 2000)
        #expect(bench.machine.waiting == 0)
        #expect(bench.log.warnings.count == 1)
    }
}
