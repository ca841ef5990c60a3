import JSON
import Testing

@testable import StandIn

@Suite struct ScenarioParserTests {
    private func rules(_ text: String) throws -> [Scenario.Rule] { try Scenario(parsing: text).rules }

    private func rule(
        _ trigger: Scenario.Trigger, _ action: Scenario.Action, delay: Duration = .zero, times: Int? = nil
    ) -> Scenario.Rule {
        Scenario.Rule(trigger: trigger, steps: [Scenario.Step(delay: delay, action: action)], times: times)
    }

    @Test func theDemoIsAScenario() throws {
        let demo = try Scenario(parsing: Scenario.demo)
        #expect(demo.audioFiles.count == 6)
        #expect(demo.rules.count == 15)
    }

    @Test func nothingAndCommentsAreAScenario() throws {
        #expect(try Scenario(parsing: "") == Scenario())
        #expect(try Scenario(parsing: "\n  ; open drop\r\n\t\n") == Scenario())
    }

    @Test func settingsReplaceTheDefaults() throws {
        let scenario = try Scenario(
            parsing: """
                credentials me "my \\"secret\\" ; word"   ; a comment
                flow other
                tts-key k
                api-key a
                bot b "d e"
                stt-key s
                expires-in "90"
                certificate wrong-name
                endpoint-token \(String(repeating: "aB", count: 32))
                ping-interval 300
                ping-timeout 200
                inner-handshake no
                """)
        #expect(scenario.endpointToken == String(repeating: "aB", count: 32))
        #expect(scenario.pingInterval == .milliseconds(300) && scenario.pingTimeout == .milliseconds(200))
        #expect(!scenario.takesInnerHandshake && Scenario().takesInnerHandshake)
        #expect(scenario.clientID == "me")
        #expect(scenario.clientSecret == "my \"secret\" ; word")
        #expect(scenario.flow == "other")
        #expect(scenario.speechKey == "k")
        #expect(scenario.apiKey == "a")
        #expect(scenario.bot == "b" && scenario.dialog == "d e")
        #expect(scenario.recognitionKey == "s")
        #expect(scenario.lifetime == .text(90))
        #expect(scenario.certificate == .wrongName)
        #expect(try Scenario(parsing: "expires-in 90").lifetime == .seconds(90))
        #expect(try Scenario(parsing: "expires-in omit").lifetime == .omitted)
        #expect(try Scenario(parsing: "certificate expired").certificate == .expired)
    }

    @Test func aSessionIsByDefaultAnActiveVoiceCall() throws {
        let scenario = try Scenario(
            parsing: """
                handoff-session s-1   ; nothing else
                handoff-session "a b" {"channel":"chat","status":"ended","variables":{"n":1},"telephony":{}} ; all
                handoff-session s-3 {"userId":"tel:+49"}
                """)
        #expect(scenario.sessions.count == 3)
        var session = Scenario.Session()
        #expect(session.channel == "voice" && session.status == "active" && session.variables == [:])
        #expect(scenario.sessions["s-1"] == session)
        session.userID = "tel:+49"
        #expect(scenario.sessions["s-3"] == session)
        let other = try #require(scenario.sessions["a b"])
        #expect(other.channel == "chat" && other.status == "ended")
        #expect(other.variables == ["n": 1] && other.telephony == [:])
    }

    @Test func aMessageMayHoldEverythingThatEndsOneElsewhere() throws {
        let text = #"open send {"text":"} ; \" times 3 {","end":{"a":{}}} times 2 ; done"#
        let message: JSON = ["text": "} ; \" times 3 {", "end": ["a": [:]]]
        #expect(try rules(text) == [rule(.open, .send(message), times: 2)])
    }

    @Test func everyFaultIsRead() throws {
        let expected: [(String, Scenario.Rule)] = [
            ("token status 429 retry-after 1 times 2", rule(.token, .status(429, retryAfter: "1"), times: 2)),
            ("session status 401 times 1", rule(.session, .status(401, retryAfter: nil), times: 1)),
            ("session delay 300", rule(.session, .ok, delay: .milliseconds(300))),
            ("session delay 5 hang", rule(.session, .hang, delay: .milliseconds(5))),
            ("session drop", rule(.session, .drop)),
            ("session garbage", rule(.session, .garbage)),
            ("session huge", rule(.session, .huge)),
            ("session deep", rule(.session, .deep)),
            (#"session reply {"id":7}"#, rule(.session, .reply(["id": 7]))),
            ("flows slow", rule(.flows, .slow)),
            (
                #"run status 500 body {"connector":{"code":7}} times 1"#,
                rule(.run, .status(500, retryAfter: nil, body: ["connector": ["code": 7]]), times: 1)
            ),
            (
                #"stop status 429 retry-after 2 body {"a":1}"#,
                rule(.stop, .status(429, retryAfter: "2", body: ["a": 1]))
            ),
            ("login stall", rule(.login, .stall)),
            ("look processing 3 times 1", rule(.look, .processing(looks: 3), times: 1)),
            ("mark processing 1", rule(.mark, .processing(looks: 1))),
            ("reset deep", rule(.reset, .deep)),
            ("bots status 403", rule(.bots, .status(403, retryAfter: nil))),
            ("dialog any hang", rule(.dialog(nil), .hang)),
            (#"dialog "I want a refund" say "Why?""#, rule(.dialog("I want a refund"), .say("Why?"))),
            (#"dialog any reply {"outputs":[]}"#, rule(.dialog(nil), .reply(["outputs": []]))),
            (#"stt say "" times 1"#, rule(.stt, .say(""), times: 1)),
            ("stt deep", rule(.stt, .deep)),
            ("oauth status 401 times 1", rule(.oauth, .status(401, retryAfter: nil), times: 1)),
            ("assist bad-accept", rule(.assist, .badAccept)),
            ("assist status 429 retry-after 1", rule(.assist, .status(429, retryAfter: "1"))),
            (
                #"assist-event delay 20 send {"type":7}"#,
                rule(.assistEvent, .send(["type": 7]), delay: .milliseconds(20))
            ),
            (
                #"assist-event update {"interactionId":"i"} times 1"#,
                rule(
                    .assistEvent, .send(["type": "INTERACTION_UPDATE", "payload": ["interactionId": "i"]]), times: 1)
            ),
            ("suggest any stall", rule(.suggest(nil), .stall)),
            (#"suggest i-1 delay 9 say "Wait.""#, rule(.suggest("i-1"), .say("Wait."), delay: .milliseconds(9))),
            ("voice bad-accept", rule(.voice, .badAccept)),
            ("voice extension", rule(.voice, .unofferedExtension)),
            ("voice ok times 1", rule(.voice, .ok, times: 1)),
            ("audio menu stall", rule(.audio("menu"), .stall)),
            ("audio any redirect //localhost/audio/x.wav", rule(.audio(nil), .redirect("//localhost/audio/x.wav"))),
            (
                #"tts status 503 retry-after "Fri, 01 Jan 2100 00:00:00 GMT""#,
                rule(.tts, .status(503, retryAfter: "Fri, 01 Jan 2100 00:00:00 GMT"))
            ),
            (#"open say "Welcome.""#, rule(.open, .say("Welcome."))),
            ("connect status 429 retry-after 1", rule(.connect, .status(429, retryAfter: "1"))),
            ("connect bad-accept", rule(.connect, .badAccept)),
            ("post stall times 1", rule(.post, .stall, times: 1)),
            ("ready hang", rule(.ready, .hang)),
            ("ready delay 700", rule(.ready, .ok, delay: .milliseconds(700))),
            ("ready packet 41", rule(.ready, .packet("41"))),
            (#"input "a b" say Yes times 2"#, rule(.input("a b"), .say("Yes"), times: 2)),
            ("input any again", rule(.input(nil), .again)),
            (#"event CALL_CREATED output {"text":null}"#, rule(.event("CALL_CREATED"), .output(["text": .null]))),
            (#"event any command {"verb":"hangup"}"#, rule(.event(nil), .command(["verb": "hangup"]))),
            (
                #"input 1 command [{"play":{"url":["a","]"]}}]"#,
                rule(.input("1"), .command([["play": ["url": ["a", "]"]]]]))
            ),
            ("input 1 error Failed", rule(.input("1"), .error("Failed"))),
            (#"input 1 exception {"error":7}"#, rule(.input("1"), .exception(["error": 7]))),
            ("input 1 final cognigyStopFlow", rule(.input("1"), .final("cognigyStopFlow"))),
            ("after 500 say Late", rule(.after(.milliseconds(500)), .say("Late"))),
            ("after 500 drop", rule(.after(.milliseconds(500)), .drop)),
            ("key 5 close 1011", rule(.key("5"), .close(1011))),
            ("key # frame 8180fF", rule(.key("#"), .frame([0x81, 0x80, 0xFF]))),
            ("key any garbage", rule(.key(nil), .garbage)),
            ("key * silence", rule(.key("*"), .silence)),
        ]
        for (text, rule) in expected { #expect(try rules(text) == [rule], "\(text)") }
    }

    @Test func thenAddsAStep() throws {
        let rules = try rules("key 1 frame 0103 times 2\n  then delay 20 drop")
        #expect(rules.count == 1)
        #expect(rules.first?.times == 2)
        #expect(
            rules.first?.steps == [
                Scenario.Step(action: .frame([1, 3])), Scenario.Step(delay: .milliseconds(20), action: .drop),
            ])
    }

    @Test func moreOfTheSameMayCome() throws {
        var scenario = try Scenario(parsing: "flow a\nsuggest any drop")
        try scenario.add("flow b\nassist-event update {}\nthen silence")
        #expect(scenario.flow == "b")
        #expect(scenario.rules.map(\.trigger) == [.suggest(nil), .assistEvent])
        #expect(scenario.rules.last?.steps.last?.action == .silence)
        #expect(throws: Scenario.Mistake(line: 2, reason: .unknownWord("x"))) { try scenario.add("\nx") }
    }

    @Test func aMistakeNamesItsLine() throws {
        let mistakes: [(String, Scenario.Mistake.Reason)] = [
            ("opem drop", .unknownWord("opem")),
            ("open", .missing("an action")),
            ("open fly", .unknownWord("fly")),
            ("open drop now", .unknownWord("now")),
            ("open drop silence", .twoActions("silence")),
            ("open redirect http://x", .misplaced("redirect")),
            ("token silence", .misplaced("silence")),
            ("bots say x", .misplaced("say")),
            ("dialog hang", .missing("an action")),
            ("dialog", .missing("what the caller says, or any")),
            ("dialog any redirect /x", .misplaced("redirect")),
            ("stt send {}", .misplaced("send")),
            ("bot b", .missing("the dialog's id")),
            ("stt drop\nthen drop", .nothingBefore),
            ("key A drop", .notAKey("A")),
            ("key 12 drop", .notAKey("12")),
            ("after soon drop", .notANumber("soon")),
            ("after -1 drop", .notANumber("-1")),
            ("open drop times 0", .notANumber("0")),
            ("open send [1]", .notJSON),
            ("open send {\"a\":1", .notJSON),
            ("open send {a:1}", .notJSON),
            ("open say \"Hello", .unendedQuote),
            ("key 1 frame 818", .notHex("818")),
            ("key 1 frame zz", .notHex("zz")),
            ("token status 1000", .notANumber("1000")),
            ("expires-in never", .notANumber("never")),
            ("certificate bad", .unknownWord("bad")),
            ("credentials me", .missing("the client's secret")),
            ("flow a b", .unknownWord("b")),
            ("stop processing 1", .misplaced("processing")),
            ("suggest", .missing("the interaction's id, or any")),
            ("suggest any silence", .misplaced("silence")),
            ("assist redirect /x", .misplaced("redirect")),
            ("assist silence", .misplaced("silence")),
            ("assist-event say x", .misplaced("say")),
            ("assist-event update [1]", .notJSON),
            ("open update {}", .misplaced("update")),
            ("oauth drop\nthen drop", .nothingBefore),
            ("mark processing soon", .notANumber("soon")),
            ("mark status 500 body 7", .notJSON),
            ("handoff-session", .missing("the session's id")),
            ("handoff-session s x", .notJSON),
            ("handoff-session s {} x", .unknownWord("x")),
            (#"handoff-session s {"vars":{}}"#, .unknownWord("vars")),
            (#"handoff-session s {"variables":[]}"#, .wrongKind("variables")),
            ("endpoint-token abc", .notAToken("abc")),
            ("inner-handshake maybe", .unknownWord("maybe")),
            ("ping-interval soon", .notANumber("soon")),
            ("ready send {}", .misplaced("send")),
            ("ready status 500", .misplaced("status")),
            ("input", .missing("what the endpoint is sent, or any")),
            ("event", .missing("the event's name, or any")),
            ("input 1 status 500", .misplaced("status")),
            ("input 1 command hangup", .notJSON),
            ("input 1 command [{}", .notJSON),
            ("input 1 output [1]", .notJSON),
            ("open output {}", .misplaced("output")),
            ("connect silence", .misplaced("silence")),
            ("post say x", .misplaced("say")),
            ("post drop\nthen drop", .nothingBefore),
            ("then drop", .nothingBefore),
            ("token drop\nthen drop", .nothingBefore),
        ]
        for (text, reason) in mistakes {
            let line = text.split(separator: "\n").count + 1
            #expect(throws: Scenario.Mistake(line: line, reason: reason), "\(text)") { try rules("; first\n" + text) }
        }
        #expect(Scenario.Mistake(line: 3, reason: .notAKey("A")).description.hasPrefix("line 3: \"A\" is not a key"))
    }
}
