import Cognigy
import Flow
import HTTP
import JSON
import Testing
import WebSocket

@testable import AGI
@testable import Call

/// How keys become inputs.
extension EndpointServiceTests {
    /// In a fleet other machines are asked first whether the service may be.
    @Test func aKeyThatComesBeforeTheServiceIsAskedIsToldBehindTheCall() {
        let link = RESTLink(RESTLink.Plan(Bench.endpoint, Bench.parties))
        let bench = Bench(
            CallMachine.Rules(), service: EndpointService(EndpointService.Rules(), facts: Bench.facts, link: link))
        var requests: [String] {
            bench.log.compactMap {
                if case .request(_, let request) = $0 {
                    String(decoding: request.body ?? [], as: UTF8.self)
                } else {
                    nil
                }
            }
        }
        bench.start()
        bench.settle()
        bench.press("7")
        bench.settle()
        #expect(requests == [])
        bench.connect()
        #expect(requests.first?.contains("CALL_CREATED") == true, "\(requests)")
        bench.responds(.input, 200, #"{"outputStack":[]}"#)
        #expect(requests.last?.contains("7") == true, "\(requests)")
    }

    @Test func eachKeyIsAnInputOfItsOwn() {
        let bench = Bench.joined()
        for key in "12*0#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["1", "2", "*", "0", "#"])
        #expect(bench.events == ["CALL_CREATED"] + Array(repeating: "RECOGNIZED_DTMF", count: 5))
        #expect(bench.lastInput?["data"]?["payload"]?["digits"]?.string == "#")
        #expect(bench.lastInput?["URLToken"]?.string == Bench.token)
        #expect(bench.lastInput?["sessionId"]?.string == "s.1-abc")
    }

    @Test func afterAKeyAsteriskCollectsKeysAgainBeforeTheFlowHearsOfIt() throws {
        let bench = Bench.joined()
        let effects = bench.press("1")
        let command = try #require(effects.firstIndex { if case .send = $0 { true } else { false } })
        let input = try #require(effects.firstIndex { if case .sendText = $0 { true } else { false } })
        #expect(command < input)
    }

    @Test func keysAreCollectedUpToTheMost() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 1, most: 4) })
        for key in "471" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts.isEmpty)
        bench.press("1")
        bench.settle()
        bench.press("9")
        #expect(bench.texts == ["4711"])
        bench.pass(.seconds(2))
        #expect(bench.texts == ["4711", "9"])
    }

    @Test func theSubmitKeyEndsTheInputEvenIfItIsTooShort() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 3, most: 10, submit: "#") })
        for key in "12#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["12"])
        bench.press("#")
        #expect(bench.texts == ["12", "#"])
    }

    @Test func aPauseEndsTheInputOnceItIsLongEnough() {
        let bench = Bench.joined(
            rules { $0.digits = .init(isOn: true, least: 3, most: 10, gap: .milliseconds(1500)) })
        bench.press("1")
        bench.settle()
        bench.press("2")
        bench.settle()
        bench.pass(.seconds(3))
        #expect(bench.texts.isEmpty)
        bench.press("3")
        bench.settle()
        bench.pass(.milliseconds(1400))
        #expect(bench.texts.isEmpty)
        bench.pass(.milliseconds(100))
        #expect(bench.texts == ["123"])
    }

    @Test func tooFewKeysAndThenSilenceIsToldWithTheKeys() {
        let bench = Bench.joined(
            rules {
                $0.digits = .init(isOn: true, least: 3, most: 10)
                $0.noInput = quiet
            })
        bench.press("7")
        bench.settle()
        bench.pass(.seconds(7))
        #expect(bench.events.last == "USER_INPUT_TIMEOUT")
        #expect(bench.lastInput?["data"]?["payload"]?["digits"]?.string == "7")
        #expect(bench.lastInput?["text"]?.string == "")
    }

    @Test func theFlowSaysHowKeysAreCollected() {
        let bench = Bench.joined()
        bench.flowWants(
            ##"{"verb":"config","bargeIn":{"enable":true,"input":["digits"],"maxDigits":3,"minDigits":1,"finishOnKey":"#"}}"##
        )
        for key in "12#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["12"])
    }

    @Test func keysThatWaitAreAnInputWhenTheRulesBecomeShorter() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 1, most: 10) })
        bench.press("1")
        bench.settle()
        bench.press("2")
        bench.settle()
        bench.flowWants(#"{"dtmf":{"dtmfEnable":true,"dtmfMaxDigits":2}}"#)
        #expect(bench.texts == ["12"])
    }

    @Test func answersThatAreOfferedAreChosenByAKey() {
        let bench = Bench.joined()
        bench.outputs(
            #"{"text":"","data":{"_cognigy":{"_default":{"_quickReplies":{"type":"quick_replies","text":"Which?","quickReplies":[{"title":"Sales","payload":"to sales"},{"title":"Help","payload":"to help"}]}}}}}"#
        )
        #expect(bench.wanted.compactMap(\.text) == ["Which?"])
        bench.press("2")
        bench.settle()
        #expect(bench.texts == ["to help"])
        #expect(bench.lastInput?["data"]?["payload"]?["digits"]?.string == "2")
        // The offer is over with the answer to it.
        bench.press("1")
        #expect(bench.texts == ["to help", "1"])
    }

    /// The configuration names no number, and the flow need not switch anything on.
    @Test(arguments: [
        ##"{"type":"setSessionConfig","config":{"session":{"dtmf":{"maxDigits":5,"submitDigit":"#","interDigitTimeout":2000}}}}"##,
        ##"{"_cognigy":{"_voiceGateway2":{"json":{"dtmf":{"dtmfEnable":true,"dtmfSubmitDigit":"#"}}}}}"##,
        ##"{"_cognigy":{"_voiceGateway2":{"json":{"gather":{"input":["digits"],"finishOnKey":"#"}}}}}"##,
    ])
    func aFlowCollectsKeysInAnyDialect(data: String) {
        let bench = Bench.joined()
        bench.outputs(#"{"text":"","data":\#(data)}"#)
        for key in "471#" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["471"])
    }

    @Test func digitsOfABargeInThatDoesNotStayAreOverWithTheInput() {
        let bench = Bench.joined()
        bench.flowWants(
            #"{"config":{"bargeIn":{"enable":true,"input":["digits"],"minDigits":4,"maxDigits":4,"sticky":false}}}"#)
        for key in "4711" {
            bench.press(key)
            bench.settle()
        }
        bench.turnEnds()
        bench.press("1")
        #expect(bench.texts == ["4711", "1"])
    }

    /// However short the flow's patience with silence is: the pause between two keys is no silence.
    @Test func whoIsTypingIsNotSilent() {
        let bench = Bench.joined(
            rules {
                $0.digits = .init(isOn: true, least: 1, most: 10, gap: .seconds(6))
                $0.noInput = quiet
            })
        for key in "47" {
            bench.press(key)
            bench.settle()
            bench.pass(.milliseconds(5500))
        }
        #expect(bench.events == ["CALL_CREATED"])
        bench.pass(.milliseconds(500))
        #expect(bench.texts == ["47"])
    }

    @Test func aNumberThatIsCollectedIsNoChoiceOfAMenu() {
        let bench = Bench.joined(rules { $0.digits = .init(isOn: true, least: 1, most: 5) })
        bench.outputs(
            #"{"text":"","data":{"_cognigy":{"_default":{"_quickReplies":{"text":"?","quickReplies":[{"title":"A","payload":"a"}]}}}}}"#
        )
        for key in "12345" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["12345"])
    }

    @Test func keysThatWaitOutliveAReminder() {
        let bench = Bench.joined(
            rules {
                $0.digits = .init(isOn: true, least: 5, most: 5)
                $0.noInput = quiet
                $0.noInput?.mode = .speech
                $0.noInput?.speech = "Go on."
            })
        for key in "123" {
            bench.press(key)
            bench.settle()
        }
        bench.prepares(bench.pass(.seconds(7)))
        bench.hearsAll()
        bench.press("4")
        bench.settle()
        bench.press("5")
        #expect(bench.texts == ["12345"])
    }

    @Test func keysThatAreTooFewAreAnInputWhereSilenceHasNoWord() {
        var rules = rules {
            $0.digits = .init(isOn: true, least: 5, most: 5)
            $0.noInput = quiet
        }
        rules.dialect = .plain
        let bench = Bench.joined(rules)
        bench.press("7")
        bench.settle()
        bench.pass(.seconds(7))
        #expect(bench.texts == ["7"])
    }

    @Test func whoSpeaksAfterAStrayKeyIsHeard() throws {
        var rules = rules { $0.digits = .init(isOn: true, least: 4, most: 4) }
        rules.speech = .init(.init(location: try #require(Location("https://stt.test/")), style: .raw))
        let bench = Bench.joined(rules)
        bench.press("1")
        bench.settle()
        #expect(bench.happens(.speech([Int16](repeating: 1, count: 1600))).requests.isEmpty)
        bench.pass(.seconds(3))
        bench.happens(.speechBegan)
        #expect(bench.happens(.speech([Int16](repeating: 1, count: 1600))).requests == [.recognition])
        bench.responds(.recognition, 200, #"{"text":"Hello there"}"#)
        #expect(bench.texts == ["Hello there"])
        // The stray key is not the beginning of the next number.
        for key in "4711" {
            bench.press(key)
            bench.settle()
        }
        #expect(bench.texts == ["Hello there", "4711"])
    }

    @Test func aKeyEndsWhatTheCallerSays() throws {
        var rules = rules { $0.endSpeechKey = "#" }
        rules.speech = .init(.init(location: try #require(Location("https://stt.test/")), style: .raw))
        let bench = Bench.joined(rules)
        bench.happens(.speechBegan)
        #expect(bench.press("#").contains(.endSpeech(after: .zero)))
        bench.settle()
        bench.happens(.speech([Int16](repeating: 1, count: 1600)))
        bench.responds(.recognition, 200, #"{"text":"four seven one one"}"#)
        // While he says nothing it is a key like any other.
        bench.press("#")
        #expect(bench.texts == ["four seven one one", "#"])
    }

    /// What was said before a key is not taken. The next utterance ends as the flow wants it all the same.
    @Test func everyUtteranceIsEndedByTheFlowsSilence() throws {
        var rules = rules { $0.endSilence = .seconds(2) }
        rules.speech = .init(.init(location: try #require(Location("https://stt.test/")), style: .raw))
        let bench = Bench.joined(rules)
        for _ in 1...2 {
            #expect(bench.happens(.speechBegan).contains(.endSpeech(after: .seconds(2))))
            bench.press("5")
            bench.settle()
            bench.happens(.speech([Int16](repeating: 1, count: 1600)))
        }
        // A yes does not end it sooner: more sentences are to come.
        bench.pass(.seconds(3))
        bench.happens(.speechBegan)
        bench.happens(.speechPauses([Int16](repeating: 1, count: 1600)))
        #expect(
            bench.responds(.recognition, 200, #"{"text":"Yes."}"#).allSatisfy {
                $0 != .endSpeech(after: .milliseconds(300))
            })
    }

    @Test(arguments: [("four seven", 1200), ("47 11", 300)])
    func howManyDigitsTheFlowWantsSaysWhenTheyAreComplete(words: String, silence: Int) throws {
        var rules = rules { $0.digits = .init(isOn: true, least: 4, most: 4) }
        rules.speech = .init(.init(location: try #require(Location("https://stt.test/")), style: .raw))
        let bench = Bench.joined(rules)
        bench.happens(.speechBegan)
        bench.happens(.speechPauses([Int16](repeating: 1, count: 1600)))
        bench.responds(.recognition, 200, #"{"text":"\#(words)"}"#)
        let last = bench.log.last { if case .endSpeech = $0 { true } else { false } }
        #expect(last == .endSpeech(after: .milliseconds(silence)))
    }

    /// He speaks into a prompt, presses a key, and goes on speaking.
    @Test(arguments: [Recognition.Style.raw, .stream(.vosk)])
    func theAnswerToAKeyIsNotStoppedByWhatWasSaidBeforeIt(style: Recognition.Style) throws {
        var rules = EndpointService.Rules()
        rules.speech = .init(.init(location: try #require(Location("https://stt.test/")), style: style))
        let bench = Bench.joined(rules)
        func flowSays(_ name: String) {
            for case .prepare(let id, _) in bench.outputs(#"{"text":"Words."}"#) {
                bench.happens(.prepared(id, .file(name)))
            }
            bench.settle()
        }
        flowSays("story")
        bench.happens(.speechBegan)
        bench.settle()
        bench.pass(.milliseconds(300))
        bench.press("5")
        bench.settle()
        flowSays("five")
        #expect(bench.outstanding == stream("five"))
        bench.happens(.speechIsSure)
        bench.pass(.seconds(1))
        #expect(bench.outstanding == stream("five"))
    }

    /// What he said before a key is not what he wants to say any more.
    @Test(arguments: ["a key", "the flow"]) func whatDoesNotCountAnyMoreIsNotWrittenDown(who: String) throws {
        var rules = EndpointService.Rules()
        rules.speech = .init(.init(location: try #require(Location("https://stt.test/")), style: .raw))
        func drops(_ bench: Bench) -> Bool {
            let effects =
                who == "a key" ? bench.press("1") : bench.flowWants(#"{"config":{"muteSpeechInput":true}}"#)
            return effects.contains(.cancel(.recognition))
        }
        #expect(!drops(Bench.joined(rules)))
        let bench = Bench.joined(rules)
        bench.happens(.speechBegan)
        #expect(bench.happens(.speech([Int16](repeating: 1, count: 9600))).requests == [.recognition])
        #expect(drops(bench))
    }

    @Test func aPromptStopsForSoManyWords() throws {
        var rules = rules { $0.bargeIn = .init(isOn: true, onSpeech: true, leastWords: 2) }
        rules.speech = .init(.init(location: try #require(Location("https://stt.test/")), style: .raw))
        let bench = Bench.joined(rules)
        for case .prepare(let id, _) in bench.outputs(#"{"text":"A long story."}"#) {
            bench.happens(.prepared(id, .file("story")))
        }
        bench.settle()
        let story = Command.streamFile("story", escape: .all, offset: 0)
        for words in ["Hm", "Stop it"] {
            #expect(bench.outstanding == story)
            bench.happens(.speechBegan)
            bench.happens(.speechIsSure)
            bench.happens(.speech([Int16](repeating: 1, count: 1600)))
            #expect(bench.outstanding == story)
            bench.responds(.recognition, 200, #"{"text":"\#(words)"}"#)
            bench.settle()
        }
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.texts == ["Hm", "Stop it"])
    }
}
