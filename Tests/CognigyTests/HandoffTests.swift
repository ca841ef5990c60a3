import Cognigy
import HTTP
import JSON
import Testing

@Suite struct HandoffTests {
    private func base() throws -> Location { try #require(Location("https://tenant.cognigy.com")) }

    private func session(_ text: String) throws(ReplyRefusal) -> Handoff.Session {
        try Handoff.session(Array(text.utf8))
    }

    private func variables(
        existing: [String: JSON] = [:], adding: [String: JSON] = [:], type: String = "queue"
    ) throws -> JSON? {
        let request = Handoff.mark(
            base: try base(), token: "T", sessionID: "s", existing: existing, adding: adding, queue: "q-1", type: type)
        return try JSON(parsing: #require(request.body))["variables"]
    }

    @Test func theLookIsThatOfTheContract() throws {
        let request = Handoff.look(base: try base(), token: "T", sessionID: "5f9a/?")
        #expect(request.method == .get)
        #expect(request.location.text == "https://tenant.cognigy.com/api/v1/session/5f9a%2F%3F")
        #expect(request.headers == [Header("Authorization", "Bearer T")])
        #expect(request.body == nil)
    }

    @Test func theMarkIsThatOfTheContract() throws {
        let request = Handoff.mark(
            base: try base(), token: "T", sessionID: "s/1",
            existing: ["callerName": "Jane Doe", "issueType": "billing"], adding: ["priority": "high"],
            queue: "a1b2c3d4-e5f6-7890-abcd-ef1234567890")
        #expect(request.method == .put)
        #expect(request.location.text == "https://tenant.cognigy.com/api/v1/session/s%2F1")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "Bearer T")])
        let body = """
            {"telephony":{"action":"transfer","preserveMediaStream":true},"variables":{"callerName":"Jane Doe",\
            "handoffTrigger":true,"issueType":"billing","priority":"high","telephonyAction":"transfer",\
            "transferTarget":"a1b2c3d4-e5f6-7890-abcd-ef1234567890","transferType":"queue"}}
            """
        #expect(request.body == Array(body.utf8))
    }

    @Test func existingVariablesSurviveTheCallersComeOverThemAndItsOwnOverAll() throws {
        let own: [String: JSON] = [
            "transferTarget": "q-1", "transferType": "queue", "handoffTrigger": true, "telephonyAction": "transfer",
        ]
        let wrong = own.mapValues { _ in JSON.string("wrong") }
        let kept: [String: JSON] = [
            "a": [1, 2.5, .null, ["b": false]], "n": 9_007_199_254_740_993, "ключ": "é\n\u{0}",
        ]
        #expect(
            try variables(existing: kept.merging(wrong) { $1 }, adding: wrong.merging(["n": "new", "x": ""]) { $1 })
                == .object(kept.merging(own) { $1 }.merging(["n": "new", "x": ""]) { $1 }))
        #expect(try variables() == .object(own))
        #expect(try variables(type: "agent")?["transferType"] == "agent")
    }

    @Test func theRunIsThatOfTheContract() throws {
        let request = Handoff.run(base: try base(), token: "T", sessionID: "s\"1")
        #expect(request.method == .post)
        #expect(request.location.text == "https://tenant.cognigy.com/api/v1/flow")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "Bearer T")])
        let body =
            #"{"channel":"voice","intent":"__system_transfer__","sessionId":"s\"1","text":"agent_handoff_requested"}"#
        #expect(request.body == Array(body.utf8))
    }

    @Test func aSessionIsRead() throws {
        let session = try session(
            """
            {"sessionId":"5f9a8b7c6d5e4f3a2b1c0d9e","userId":"tel:+15551234567","channel":"voice","status":"active",
             "variables":{"callerName":"Jane Doe","n":1},"telephony":{"connector":"genesys_cloud"}}
            """)
        #expect(session.id == "5f9a8b7c6d5e4f3a2b1c0d9e")
        #expect(session.variables == ["callerName": "Jane Doe", "n": 1])
        #expect(session.isActiveVoice)
    }

    @Test(
        arguments: [
            ("active", "voice", true), ("Active", "voice", false), ("active", "Voice", false),
            ("active ", "voice", false), ("idle", "voice", false), ("processing", "voice", false),
            ("transferring", "voice", false), ("active", "chat", false), ("", "voice", false), ("active", "", false),
        ])
    func onlyAnActiveSessionOnVoiceIsHandedOff(status: String, channel: String, isIt: Bool) throws {
        let session = try session(#"{"sessionId":"s","status":"\#(status)","channel":"\#(channel)"}"#)
        #expect(session.status == status)
        #expect(session.channel == channel)
        #expect(session.isActiveVoice == isIt)
        #expect(session.variables == [:])
    }

    @Test(
        arguments: [
            ("", .notJSON), ("[]", .notAnObject), ("{}", .missing("sessionId")),
            (#"{"sessionId":"s","channel":"voice"}"#, .missing("status")),
            (#"{"sessionId":"s","status":"active"}"#, .missing("channel")),
            (#"{"sessionId":"s","status":null,"channel":"voice"}"#, .missing("status")),
            (#"{"sessionId":"s","status":true,"channel":"voice"}"#, .wrongType("status")),
            (#"{"sessionId":{},"status":"active","channel":"voice"}"#, .wrongType("sessionId")),
            (#"{"sessionId":"..","status":"active","channel":"voice"}"#, .wrongType("sessionId")),
            // What cannot be kept must not be overwritten.
            (#"{"sessionId":"s","status":"active","channel":"voice","variables":[]}"#, .wrongType("variables")),
            (#"{"sessionId":"s","status":"active","channel":"voice","variables":"x"}"#, .wrongType("variables")),
        ] as [(String, ReplyRefusal)])
    func aSessionThatCannotBeReadIsRefused(text: String, refusal: ReplyRefusal) {
        #expect(throws: refusal) { try session(text) }
    }

    @Test func numbersAndSnakeCaseAreReadToo() throws {
        let session = try session(#"{"session_id":17,"status":"active","channel":"voice","variables":null}"#)
        #expect(session.id == "17")
        #expect(session.variables == [:])
    }

    @Test func theStatusOfAMarkedSessionIsRead() throws {
        let reply = #"{"sessionId":"s","status":"transferring","telephony":{"transferId":"x"}}"#
        #expect(try Handoff.status(Array(reply.utf8)) == "transferring")
        #expect(throws: ReplyRefusal.missing("status")) { try Handoff.status(Array("{}".utf8)) }
        #expect(throws: ReplyRefusal.notJSON) { try Handoff.status([]) }
    }

    @Test func theAnswerOfTheFlowIsRead() throws {
        let reply = #"{"flowExecutionId":"exec_1","status":"completed","result":{"mediaStreamStatus":"bridged"}}"#
        let flow = try Handoff.flow(Array(reply.utf8))
        #expect(flow.executionID == "exec_1")
        #expect(flow.status == "completed")
        #expect(flow.result == ["mediaStreamStatus": "bridged"])
        #expect(try Handoff.flow(Array(#"{"flow_execution_id":7,"status":"s"}"#.utf8)).executionID == "7")
    }

    @Test(
        arguments: [
            ("<html>", .notJSON), ("{}", .missing("flowExecutionId")),
            (#"{"flowExecutionId":"e"}"#, .missing("status")),
            (#"{"flowExecutionId":[],"status":"s"}"#, .wrongType("flowExecutionId")),
            (#"{"flowExecutionId":"e","status":"s","result":[]}"#, .wrongType("result")),
        ] as [(String, ReplyRefusal)])
    func anAnswerOfTheFlowThatCannotBeReadIsRefused(text: String, refusal: ReplyRefusal) {
        #expect(throws: refusal) { try Handoff.flow(Array(text.utf8)) }
    }

    @Test(
        arguments: [
            (Array(#"{"error":"invalid queue é 👍"}"#.utf8), #"{"error":"invalid queue é 👍"}"#), ([], ""),
            (Array("a\r\n\u{1B}[2Jb\u{7F}\u{9B}\u{202E}\u{2028}\u{0}c\t".utf8), "a[2Jbc"),
            ([0x61, 0xFF, 0x62], "a\u{FFFD}b"),
        ] as [([UInt8], String)])
    func theErrorOfAConnectorIsPrintable(body: [UInt8], text: String) {
        #expect(Handoff.shown(body) == text)
    }

    /// A log may be read by more people than may know a token.
    @Test func aSecretInAnErrorIsNotShown() {
        let error = Array(#"{"error":"conflict","details":[{"access_token":"eyJ9","pin":7,"Client-Secret":12}]}"#.utf8)
        #expect(
            Handoff.shown(error)
                == #"{"details":[{"Client-Secret":"token","access_token":"token","pin":7}],"error":"conflict"}"#)
    }

    @Test func theErrorOfAConnectorIsNoLongerThan500Characters() {
        for letter in ["x", "é", "e\u{301}", "\n1"] {
            let shown = Handoff.shown(Array(String(repeating: letter, count: 100_000).utf8))
            #expect(shown.unicodeScalars.count == 500)
        }
    }
}
