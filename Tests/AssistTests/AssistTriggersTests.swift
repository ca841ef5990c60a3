import Assist
import Cognigy
import Testing

@Suite struct AssistTriggersTests {
    private let keywords = ["refund", "cancel", "STRASSE"]

    private func update(_ transcript: String? = nil, score: Double? = nil) throws -> Assist.Update {
        let words = transcript.map { #","transcript":"\#($0)""# } ?? ""
        let score = score.map { ",\"sentimentScore\":\($0)" } ?? ""
        let text = #"{"type":"INTERACTION_UPDATE","payload":{"interactionId":"i"\#(words)\#(score)}}"#
        guard case .update(let update) = Assist.incoming(text) else { throw Assist.Malformed() }
        return update
    }

    @Test(arguments: ["I want a REFUND", "refunded", "can\u{AD}celled", "die straße", "prerefund?"])
    func aKeywordInAnyCaseAndInsideAWordFires(transcript: String) throws {
        #expect(AssistTriggers(keywords: keywords, sentimentThreshold: nil).fire(on: try update(transcript)))
    }

    @Test(arguments: ["all is well", "re fund", ""])
    func otherWordsDoNotFire(transcript: String) throws {
        #expect(!AssistTriggers(keywords: keywords, sentimentThreshold: -0.4).fire(on: try update(transcript)))
    }

    @Test func onlyASentimentBelowTheThresholdFires() throws {
        let triggers = AssistTriggers(keywords: keywords, sentimentThreshold: -0.4)
        #expect(triggers.fire(on: try update(score: -0.41)))
        #expect(!triggers.fire(on: try update(score: -0.4)))
        #expect(!triggers.fire(on: try update(score: 0.9)))
        #expect(!triggers.fire(on: try update()))
    }

    @Test func anUnknownSentimentIsNotBelowAnyThreshold() throws {
        #expect(!AssistTriggers(keywords: nil, sentimentThreshold: 1).fire(on: try update("x")))
    }

    @Test func aTriggerThatIsSwitchedOffDoesNotFire() throws {
        let angry = try update("refund", score: -1)
        #expect(AssistTriggers(keywords: nil, sentimentThreshold: -0.4).fire(on: angry))
        #expect(AssistTriggers(keywords: keywords, sentimentThreshold: nil).fire(on: angry))
        #expect(!AssistTriggers(keywords: nil, sentimentThreshold: nil).fire(on: angry))
    }

    @Test func aKeywordOfNothingFiresNever() throws {
        #expect(!AssistTriggers(keywords: ["", " ", "\u{200B}"], sentimentThreshold: nil).fire(on: try update("x")))
    }
}

extension Assist {
    fileprivate struct Malformed: Error {}
}
