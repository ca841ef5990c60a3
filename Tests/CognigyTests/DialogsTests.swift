import Cognigy
import HTTP
import JSON
import Testing

@Suite struct DialogsTests {
    private func reply(_ text: String) throws(ReplyRefusal) -> Dialogs.Reply { try Dialogs.reply(Array(text.utf8)) }

    private func request(text: String, sessionData: JSON = [:]) throws -> Request {
        let base = try #require(Location("https://t.cognigy.ai/"))
        return Dialogs.request(
            base: base, key: "K", botID: "b", dialogID: "d", userID: "+49 1", text: text, sessionData: sessionData)
    }

    @Test func theRequestIsThatOfTheContract() throws {
        let request = try request(text: "say \"hé\"")
        #expect(request.method == .post)
        #expect(request.location.text == "https://t.cognigy.ai/api/v2/dialogs")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "ApiKey K")])
        let inputs = #""inputs":[{"text":"say \"hé\"","type":"text"}]"#
        #expect(
            request.body == Array(#"{"botId":"b","dialogId":"d",\#(inputs),"sessionData":{},"userId":"+49 1"}"#.utf8))
    }

    @Test func whatTheServiceRemembersComesBackToItUnchanged() throws {
        let data = #"{"a":[1,2.5,-0.1,9007199254740993,{"b":null}],"t":true,"z":{},"ключ":"\u0000\\ é 👍"}"#
        let remembered = try #require(try reply(#"{"sessionData":\#(data)}"#).sessionData)
        let body = try #require(try request(text: "x", sessionData: remembered).body)
        #expect(try JSON(parsing: body)["sessionData"] == JSON(parsing: data.utf8))
        #expect(String(decoding: body, as: UTF8.self).contains(#""sessionData":\#(data),"#))
    }

    @Test func aWholeReplyIsRead() throws {
        let reply = try reply(
            """
            {"outputs":[{"text":"One."},{"text":"Two.","type":"text"}],"nextState":"ask",
             "intent":{"name":"greet","confidence":0.9},"sessionData":{"n":1}}
            """)
        #expect(reply.texts == ["One.", "Two."])
        #expect(reply.intent == "greet")
        #expect(reply.confidence == 0.9)
        #expect(reply.sessionData == ["n": 1])
    }

    @Test(
        arguments: [
            (#""greet""#, "greet", nil), (#"{"name":"greet"}"#, "greet", nil),
            (#"{"name":"greet","confidence":"0.75"}"#, "greet", 0.75),
            (#"{"name":"greet","confidence":1}"#, "greet", 1),
            (#"{"name":"greet","confidence":"high"}"#, "greet", nil), (#"{"confidence":0.5}"#, nil, 0.5),
            (#"{"name":null,"confidence":null}"#, nil, nil), ("{}", nil, nil), ("null", nil, nil), (#""""#, nil, nil),
            ("7", "7", nil),
        ] as [(String, String?, Double?)])
    func anIntentIsReadInEveryForm(text: String, name: String?, confidence: Double?) throws {
        let reply = try reply(#"{"intent":\#(text)}"#)
        #expect(reply.intent == name)
        #expect(reply.confidence == confidence)
    }

    @Test func snakeCaseIsReadToo() throws {
        let reply = try reply(#"{"next_state":"s","session_data":{"a":1},"nextState":null}"#)
        #expect(reply.sessionData == ["a": 1])
    }

    @Test(arguments: [
        "{}", #"{"outputs":null}"#, #"{"outputs":[]}"#, #"{"outputs":[{}]}"#, #"{"outputs":[{"text":null}]}"#,
        #"{"outputs":[{"text":""},{"text":" \n"},{"text":[]},{"text":true},{"image":"x"},null,"x",[]]}"#,
    ])
    func anOutputWithoutTextIsIgnored(text: String) throws {
        #expect(try reply(text) == Dialogs.Reply())
    }

    @Test func aNumberMayBeSaid() throws {
        #expect(try reply(#"{"outputs":[{"image":"x"},{"text":42},{"text":"b"}]}"#).texts == ["42", "b"])
    }

    @Test(
        arguments: [
            ("", .notJSON), ("<html>", .notJSON), (#"{"outputs":["#, .notJSON), ("[]", .notAnObject),
            ("\"x\"", .notAnObject), ("null", .notAnObject), (#"{"outputs":{}}"#, .wrongType("outputs")),
            (#"{"outputs":"x"}"#, .wrongType("outputs")), (#"{"intent":[]}"#, .wrongType("intent")),
            (#"{"intent":true}"#, .wrongType("intent")), (#"{"intent":{"name":{}}}"#, .wrongType("intent")),
            (#"{"nextState":{}}"#, .wrongType("nextState")), (#"{"next_state":[]}"#, .wrongType("nextState")),
            (#"{"sessionData":[]}"#, .wrongType("sessionData")), (#"{"session_data":"x"}"#, .wrongType("sessionData")),
        ] as [(String, ReplyRefusal)])
    func whatCannotBeReadIsRefused(text: String, refusal: ReplyRefusal) {
        #expect(throws: refusal) { try reply(text) }
    }

    @Test func aReplyThatIsTooLargeOrTooDeepIsRefused() throws {
        #expect(throws: ReplyRefusal.tooLarge) {
            try reply(#"{"x":"\#(String(repeating: "x", count: 1 << 20))"}"#)
        }
        let (open, close) = (String(repeating: "[", count: 63), String(repeating: "]", count: 63))
        #expect(try reply(#"{"x":\#(open)\#(close)}"#) == Dialogs.Reply())
        #expect(throws: ReplyRefusal.tooDeep) { try reply(#"{"x":[\#(open)\#(close)]}"#) }
    }

    @Test func aFaultTellsWhatIsWrongButNotWhatWasSaid() {
        #expect(throws: ReplyRefusal.wrongType("outputs")) { try reply(#"{"outputs":"my secret"}"#) }
        #expect(ReplyRefusal.wrongType("outputs").description == "outputs in the reply has the wrong type")
        #expect(ReplyRefusal.tooDeep.description == "the reply is nested deeper than 64 levels")
    }
}
