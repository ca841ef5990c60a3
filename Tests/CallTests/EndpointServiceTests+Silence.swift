import Cognigy
import Flow
import HTTP
import JSON
import Testing
import WebSocket

@testable import AGI
@testable import Call

/// What the silence of either side leads to.
extension EndpointServiceTests {
    @Test func aSilentCallerIsToldToTheFlowAndLetGoInTheEnd() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.prepares(bench.flowSays("Say something."))
        bench.settle()
        // The time begins when the prompt has been heard.
        bench.pass(.seconds(20))
        #expect(bench.events == ["CALL_CREATED"])
        bench.answers(0, endpos: 8000)
        bench.settle()
        for round in 1...2 {
            bench.pass(.seconds(5))
            #expect(bench.events.filter { $0 == "USER_INPUT_TIMEOUT" }.count == round)
            bench.turnEnds()
        }
        bench.pass(.seconds(5))
        bench.settle()
        #expect(bench.machine.ending == Ending(.completed, "no_input"))
    }

    /// As an author sets it who wants no reminder.
    @Test func aSilentCallerWhoIsNotRemindedIsLetGoInTheEnd() {
        let bench = Bench.joined(
            rules {
                $0.noInput = quiet
                $0.noInput?.mode = .speech
            })
        bench.pass(.milliseconds(14_900))
        #expect(bench.machine.ending == nil)
        bench.pass(.milliseconds(100))
        #expect(bench.machine.ending == Ending(.completed, "no_input"))
        #expect(bench.wanted.isEmpty)
    }

    /// Whether nobody listens to him, or nothing was understood.
    @Test(arguments: [false, true]) func aCallerWhoSpeaksWithoutWordsBeginsAnew(isHeard: Bool) throws {
        var rules = rules { $0.noInput = quiet }
        let location = try #require(Location("https://stt.test/"))
        rules.speech = isHeard ? .init(.init(location: location, style: .raw)) : nil
        let bench = Bench.joined(rules)
        bench.pass(.seconds(3))
        bench.happens(.speechBegan)
        bench.happens(.speech([Int16](repeating: 1, count: 9600)))
        if isHeard { bench.responds(.recognition, 200, #"{"text":""}"#) }
        bench.pass(.milliseconds(4900))
        #expect(bench.events == ["CALL_CREATED"])
        bench.pass(.milliseconds(100))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aTimeThatTheFlowChangesRunsFromThen() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.pass(.seconds(2))
        bench.flowWants(#"{"user":{"noInputMode":"event","noInputTimeout":9000,"noInputRetries":2}}"#)
        bench.turnEnds()
        bench.pass(.milliseconds(8900))
        #expect(bench.events == ["CALL_CREATED"])
        bench.pass(.milliseconds(100))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aFillerThatTheFlowChangesIsTheNextOne() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(isOn: true, mode: .speech, timeout: .seconds(9), retries: 0, speech: "Wait.")
            })
        bench.press("1")
        bench.settle()
        bench.pass(.seconds(1))
        bench.flowWants(#"{"flow":{"flowNoInputEnable":true,"flowNoInputMode":"speech","flowNoInputTimeout":2000}}"#)
        bench.pass(.milliseconds(2000))
        #expect(bench.wanted.map(\.text) == ["Wait."])
    }

    @Test func aCallerWhoPressesAKeyBeginsAnew() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.pass(.seconds(5))
        bench.turnEnds()
        bench.pass(.seconds(5))
        bench.turnEnds()
        bench.press("1")
        bench.settle()
        bench.turnEnds()
        bench.pass(.seconds(5))
        #expect(bench.machine.ending == nil)
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aSilentCallerIsReminded() {
        let bench = Bench.joined(
            rules {
                $0.noInput = quiet
                $0.noInput?.mode = .speech
                $0.noInput?.speech = "Are you there?"
            })
        bench.prepares(bench.pass(.seconds(5)))
        #expect(bench.wanted.map(\.text) == ["Are you there?"])
        bench.hearsAll()
        bench.prepares(bench.pass(.seconds(5)))
        bench.hearsAll()
        #expect(bench.wanted.count == 2)
        bench.pass(.seconds(5))
        bench.settle()
        #expect(bench.machine.ending?.reason == "no_input")
        #expect(bench.events == ["CALL_CREATED"])
    }

    @Test func whileTheFlowThinksTheCallerIsNotSilent() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.press("1")
        bench.settle()
        bench.pass(.seconds(9))
        #expect(bench.events.last == "RECOGNIZED_DTMF")
    }

    @Test func aSlowFlowIsBridgedByAFiller() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .speech, timeout: .seconds(2), retries: 1, speech: "One moment.")
            })
        bench.press("1")
        bench.settle()
        bench.pass(.milliseconds(1900))
        #expect(bench.wanted.isEmpty)
        bench.prepares(bench.pass(.milliseconds(100)))
        #expect(bench.wanted.map(\.text) == ["One moment."])
        bench.hearsAll()
        bench.prepares(bench.pass(.seconds(3)))
        bench.hearsAll()
        bench.pass(.seconds(3))
        #expect(bench.wanted.count == 2)
        bench.flowSays("Here.")
        bench.turnEnds()
        #expect(bench.machine.ending == nil)
    }

    /// While the filler plays the time is up, and the call still hears everything else.
    @Test func aFlowIsGivenUpWhileAFillerPlays() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .speech, timeout: .seconds(3), retries: 0, speech: "Wait.", giveUp: .seconds(5))
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.pass(.seconds(3)))
        bench.settle()
        bench.pass(.seconds(4))
        #expect(bench.machine.ending == nil)
        bench.hearsAll()
        bench.pass(.seconds(1))
        #expect(bench.machine.ending?.reason == "flow_no_input")
    }

    @Test func theAnswerTakesThePlaceOfAFiller() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(isOn: true, mode: .speech, timeout: .seconds(2), retries: 0, speech: "Wait.")
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.pass(.seconds(2)))
        bench.settle()
        #expect(bench.outstanding == stream("sound1"))
        bench.prepares(bench.flowSays("Here."))
        bench.settle()
        #expect(bench.outstanding == stream("sound2"))
    }

    @Test func betweenTwoOutputsOfATurnThereIsAFillerToo() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(isOn: true, mode: .speech, timeout: .seconds(2), retries: 0, speech: "Wait.")
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.flowSays("Let me look."))
        bench.hearsAll()
        bench.prepares(bench.pass(.seconds(3)))
        #expect(bench.wanted.map(\.text) == ["Let me look.", "Wait."])
    }

    @Test func aFillerThatCannotBeHeardEndsNoCall() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .play, timeout: .seconds(2), retries: 0, url: "https://cdn.test/none.wav")
            })
        bench.press("1")
        bench.settle()
        for case .prepare(let id, _) in bench.pass(.seconds(2)) {
            bench.happens(.prepared(id, nil, Loss(kind: .audio, why: "HTTP 404")))
        }
        bench.pass(.seconds(4))
        #expect(bench.machine.ending == nil)
        bench.flowSays("Here.")
        bench.turnEnds()
        #expect(bench.machine.ending == nil)
    }

    @Test func aTimeOfNothingHoldsNothingUp() {
        let bench = Bench.joined(
            rules { $0.noInput = .init(isOn: true, mode: .event, timeout: .zero, retries: 2) })
        bench.happens(.tick)
        #expect(bench.machine.ending == nil)
        bench.pass(.milliseconds(100))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aPlainFlowsSilentCallerIsLetGo() {
        var rules = rules { $0.noInput = quiet }
        rules.dialect = .plain
        let bench = Bench.joined(rules)
        bench.pass(.seconds(15))
        bench.settle()
        #expect(bench.machine.ending?.reason == "no_input")
    }

    @Test func aCallerWhoGoesOnPressingIsNotHeldForEver() {
        let bench = Bench.joined()
        while bench.machine.ending == nil, bench.now < .seconds(200) {
            bench.press("1")
            bench.settle()
            bench.pass(.seconds(4))
            bench.says("3")
            bench.pass(.seconds(4))
            bench.says("3")
        }
        #expect(bench.machine.ending?.reason == "no_reply")
        #expect(bench.now <= .seconds(100))
    }

    @Test func musicWithoutEndDoesNotHideADeadFlow() {
        let bench = Bench.joined()
        bench.press("1")
        bench.settle()
        bench.prepares(bench.flowWants(#"{"verb":"play","url":"https://cdn.test/music.wav","loop":0}"#))
        bench.settle()
        for _ in 0..<10 where bench.machine.ending == nil {
            bench.pass(.seconds(5))
            bench.says("3")
        }
        #expect(bench.machine.ending?.reason == "no_reply")
    }

    @Test func anAnswerThatADropSwallowedDoesNotFailALaterTurn() {
        let bench = Bench.joined(rules { $0.noInput = quiet })
        bench.pressesOverADrop()
        bench.flowSays("Two.")
        bench.turnEnds()
        // Nothing is owed any more: the caller's time runs.
        bench.prepares(bench.log)
        bench.hearsAll()
        bench.pass(.seconds(5))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
    }

    @Test func aFlowThatStaysSilentMayBeGivenUp() {
        let bench = Bench.joined(
            rules {
                $0.flowNoInput = .init(
                    isOn: true, mode: .speech, timeout: .seconds(2), retries: 0, speech: "Wait.", fails: true)
            })
        bench.press("1")
        bench.settle()
        bench.prepares(bench.pass(.seconds(2)))
        #expect(bench.wanted.map(\.text) == ["Wait."])
        bench.hearsAll()
        bench.pass(.seconds(4))
        #expect(bench.machine.ending?.reason == "flow_no_input")
    }

    @Test func aFlowThatNeverAnswersIsGivenUp() {
        let bench = Bench.joined()
        bench.press("1")
        bench.settle()
        // The server answers each ping, so the line holds.
        for seconds in [10, 10, 5] {
            #expect(bench.pass(.seconds(seconds)).contains(.sendText("2")))
            bench.says("3")
        }
        #expect(bench.machine.ending == nil)
        bench.pass(.seconds(5))
        #expect(bench.machine.ending?.reason == "no_reply")
    }
}
