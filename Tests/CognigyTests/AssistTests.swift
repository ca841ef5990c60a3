import Cognigy
import HTTP
import JSON
import Testbed
import Testing

@Suite struct AssistTests {
    private func update(_ payload: String) -> Assist.Update? {
        let text = #"{"type":"INTERACTION_UPDATE","payload":\#(payload)}"#
        if case .update(let update) = Assist.incoming(text) { return update }
        return nil
    }

    private func reply(_ text: String) throws -> Assist.Reply { try Assist.reply(Array(text.utf8)) }

    @Test func theStreamAndTheRequestAreThoseOfTheContract() throws {
        let base = try #require(Location("https://api.example.com/v"))
        #expect(Assist.streamPath(base: base) == "/v/api/v1/streaming/agentassist")
        #expect(Assist.streamHeaders(token: "T") == [Header("Authorization", "Bearer T")])
        let request = Assist.suggest(base: base, token: "T", body: [1, 2])
        #expect(request.method == .post)
        #expect(request.location.text == "https://api.example.com/v/api/v1/agentassist/suggest")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "Bearer T")])
        #expect(request.body == [1, 2])
        #expect(request.timeout == .seconds(5))
    }

    @Test func anUpdateIsRead() throws {
        let update = try #require(
            self.update(
                """
                {"interactionId":"i-1","transcript":"I want a refund","sentimentScore":-0.7,"agentId":"a",
                "context":{"b":{"d":1,"c":[2]},"a":null},"more":1}
                """))
        #expect(update.interactionID == "i-1")
        #expect(update.transcript == "I want a refund")
        #expect(update.sentimentScore == -0.7)
        let question =
            #"{"context":{"a":null,"b":{"c":[2],"d":1}},"interactionId":"i-1","sentimentScore":-0.7,"#
            + #""transcript":"I want a refund"}"#
        #expect(update.question == Array(question.utf8))
    }

    @Test func theOrderOfNamesAndTheAgentMakeNoOtherQuestion() throws {
        let one = update(#"{"interactionId":"i","agentId":"a","context":{"x":{"p":1,"q":2},"y":3}}"#)
        let other = update(#"{"context":{"y":3,"x":{"q":2,"p":1}},"agentId":"b","interactionId":"i"}"#)
        #expect(try #require(one).question == (try #require(other).question))
        let third = update(#"{"context":{"y":3,"x":{"q":2,"p":2}},"interactionId":"i"}"#)
        #expect(try #require(one).question != (try #require(third).question))
    }

    @Test(arguments: [
        #"{"interactionId":"7"}"#, #"{"interactionId":7}"#, #"{"interaction_id":"7"}"#,
        #"{"interactionId":"7","transcript":true,"sentimentScore":"sad","agentId":[],"context":[1]}"#,
        #"{"interactionId":"7","transcript":null,"sentimentScore":{},"agentId":null,"context":"x"}"#,
    ])
    func whatIsMissingOrOfAnotherTypeIsMissing(payload: String) throws {
        let update = try #require(self.update(payload))
        #expect(update.interactionID == "7")
        #expect(update.transcript == nil && update.sentimentScore == nil)
        let question = #"{"context":{},"interactionId":"7","sentimentScore":null,"transcript":null}"#
        #expect(update.question == Array(question.utf8))
    }

    @Test func aScoreMayBeANumberInQuotes() {
        #expect(update(#"{"interactionId":"7","sentimentScore":"-0.5"}"#)?.sentimentScore == -0.5)
        #expect(update(#"{"interactionId":"7","sentiment_score":-1}"#)?.sentimentScore == -1)
        #expect(update(#"{"interactionId":"7","sentimentScore":"nan"}"#)?.sentimentScore == nil)
    }

    @Test(arguments: [
        "", "x", "[]", "7", "{}", #"{"type":7}"#, #"{"type":null}"#, #"{"type":"INTERACTION_UPDATE"}"#,
        #"{"type":"INTERACTION_UPDATE","payload":[]}"#, #"{"type":"INTERACTION_UPDATE","payload":{}}"#,
        #"{"type":"INTERACTION_UPDATE","payload":{"interactionId":""}}"#,
        #"{"type":"INTERACTION_UPDATE","payload":{"interactionId":{}}}"#,
        #"{"type":"INTERACTION_UPDATE","payload":{"interactionId":"x"}"#,
        String(repeating: "[", count: 65),
    ])
    func whatIsNoUpdateIsMalformed(text: String) {
        #expect(Assist.incoming(text) == .malformed)
    }

    @Test func anIdOfMoreThan256BytesIsNone() {
        #expect(update(#"{"interactionId":"\#(String(repeating: "x", count: 256))"}"#) != nil)
        #expect(update(#"{"interactionId":"\#(String(repeating: "x", count: 257))"}"#) == nil)
    }

    @Test func anotherTypeIsUnknown() {
        #expect(Assist.incoming(#"{"type":"HEARTBEAT"}"#) == .unknown("HEARTBEAT"))
    }

    @Test func suggestionsAreReadInTheirOrder() throws {
        let reply = try self.reply(
            """
            {"suggestions":[{"text":"One","confidence":0.5,"source":"kb"},{"text":"Two","confidence":"0.9"},
            {"text":"Three"},{"text":"Four","confidence":1,"source":7}]}
            """)
        #expect(
            reply.suggestions == [
                .init(text: "One", confidence: 0.5, source: "kb"), .init(text: "Two", confidence: 0.9),
                .init(text: "Three", confidence: 0), .init(text: "Four", confidence: 1),
            ])
        #expect(reply.dropped == 0)
    }

    @Test(arguments: [
        "null", "7", "[]", "{}", #"{"text":7}"#, #"{"text":" \n"}"#, #"{"text":null,"confidence":1}"#,
        #"{"text":"x","confidence":true}"#, #"{"text":"x","confidence":"high"}"#, #"{"text":"x","confidence":{}}"#,
        #"{"text":"x","confidence":1.01}"#, #"{"text":"x","confidence":-0.1}"#, #"{"text":"x","confidence":1e300}"#,
        #"{"text":"\#(String(repeating: "x", count: 4097))","confidence":1}"#,
    ])
    func whatIsNoSuggestionIsDroppedAndCounted(suggestion: String) throws {
        let reply = try self.reply(#"{"suggestions":[\#(suggestion),{"text":"Good","confidence":1}]}"#)
        #expect(reply.suggestions.map(\.text) == ["Good"])
        #expect(reply.dropped == 1)
    }

    @Test func noMoreThan50SuggestionsAreLookedAt() throws {
        let many = Array(repeating: #"{"text":"x","confidence":1}"#, count: 60).joined(separator: ",")
        let reply = try self.reply("{\"suggestions\":[\(many)]}")
        #expect(reply.suggestions.count == 50)
        #expect(reply.dropped == 10)
    }

    @Test(
        arguments: [
            ("", .notJSON), ("<html>", .notJSON), ("[]", .notAnObject), ("{}", .missing("suggestions")),
            (#"{"suggestions":{}}"#, .wrongType("suggestions")), (#"{"suggestions":"x"}"#, .wrongType("suggestions")),
        ] as [(String, ReplyRefusal)])
    func anAnswerThatCannotBeReadIsRefused(text: String, refusal: ReplyRefusal) {
        #expect(throws: refusal) { try reply(text) }
    }

    @Test func anEmptyListIsAnAnswer() throws {
        #expect(try reply(#"{"suggestions":[]}"#).suggestions.isEmpty)
    }

    @Test func aSuggestionForTheDesktopHasASourceWhereThereIsOne() {
        #expect(
            Assist.Suggestion(text: "T", confidence: 0.9, source: "kb").json
                == ["text": "T", "confidence": 0.9, "source": "kb"])
        #expect(Assist.Suggestion(text: "T", confidence: 1).json == ["text": "T", "confidence": 1.0])
    }

    @Test func theFallbackIsThatOfTheDocument() {
        #expect(
            Assist.fallback.map(\.text) == [
                "I understand your concern. Let me connect you with a specialist.",
                "Would you like me to explain our resolution options?",
            ])
        #expect(Assist.fallback.map(\.confidence) == [0.85, 0.8])
    }

    @Test func randomBytesNeverTrap() {
        var generator = SeededGenerator(seed: 11)
        let pieces = [
            "{", "}", "[", "]", "\"type\":", "\"INTERACTION_UPDATE\"", "\"payload\":", "\"interactionId\":", "\"i\"",
            ",", "7", "null", "\"context\":", "\"suggestions\":", "\u{0}", "é",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0..<20, using: &generator)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &generator)]
            }.joined()
            if case .update(let update) = Assist.incoming(text) { #expect(!update.question.isEmpty) }
            _ = try? Assist.reply(Array(text.utf8))
        }
    }
}
