import Assist
import Cognigy
import Configuration
import Testing

@testable import Bridge

@Suite struct RulesTests {
    private func rules(_ assist: String) throws -> Rules {
        let text = "[cognigy]\nbase_url = https://api.example.com\nclient_id = id\nclient_secret = secret\n"
        let settings = try Settings.parse("\(text)[assist]\n\(assist)", fileName: "f", for: .assist)
        return try #require(Rules(settings))
    }

    private func update(_ transcript: String, _ score: Double) throws -> Assist.Update {
        let text =
            #"{"type":"INTERACTION_UPDATE","payload":{"interactionId":"i","transcript":"\#(transcript)","#
            + #""sentimentScore":\#(score)}}"#
        guard case .update(let update) = Assist.incoming(text) else { throw CancellationError() }
        return update
    }

    @Test func withoutASectionTheRulesAreThoseOfTheDocument() throws {
        let rules = try rules("")
        #expect(rules.account.base.text == "https://api.example.com/")
        #expect(rules.account.clientID == "id" && rules.account.clientSecret == "secret")
        #expect(rules.pingInterval == .seconds(30))
        #expect(rules.cacheSize == 500 && rules.cacheLifetime == .seconds(120))
        for word in ["refund", "cancel", "complaint", "escalate"] {
            #expect(rules.triggers.fire(on: try update("A \(word.uppercased())", 0)))
        }
        #expect(rules.triggers.fire(on: try update("", -0.41)))
        #expect(!rules.triggers.fire(on: try update("hello", -0.4)))
        for phrase in ["guarantee full refund", "legal action", "sue the company"] {
            #expect(rules.policy.approved([.init(text: phrase, confidence: 1)]) == [])
        }
        let good = Assist.Suggestion(text: "x", confidence: 0.75)
        #expect(rules.policy.approved([good, good, good, good]) == [good, good, good])
        #expect(rules.policy.approved([.init(text: "x", confidence: 0.74)]) == [])
    }

    @Test func theSwitchesSwitchTheTriggers() throws {
        #expect(!(try rules("keyword_trigger = no")).triggers.fire(on: try update("refund", 0)))
        #expect(try rules("keyword_trigger = no").triggers.fire(on: try update("refund", -1)))
        #expect(!(try rules("sentiment_trigger = no")).triggers.fire(on: try update("x", -1)))
        #expect(try rules("sentiment_trigger = no").triggers.fire(on: try update("refund", -1)))
    }
}
