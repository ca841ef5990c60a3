import Cognigy
import HTTP
import JSON
import Testing

@Suite struct BargeInTests {
    private static let good: [String: String] = [
        "sessionId": #""sess_8f3a2b1c""#, "event": #""barge_in""#, "confidence": "0.89", "transcript": #""stop it""#,
        "timestamp": "1718452901234",
    ]

    private func parse(_ text: String) -> Result<BargeIn, BargeIn.Refusal> {
        Result { () throws(BargeIn.Refusal) in try BargeIn(parsing: Array(text.utf8)) }
    }

    /// A good body with one member changed, or left out.
    private func parse(_ name: String, _ value: String?) -> Result<BargeIn, BargeIn.Refusal> {
        var members = Self.good
        members[name] = value
        return parse("{\(members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))}")
    }

    private func base() throws -> Location { try #require(Location("https://your-env.cognigy.ai/")) }

    @Test func theBodyOfTheContractIsRead() throws {
        let webhook = try parse("event", #""barge_in""#).get()
        #expect(webhook.sessionID == "sess_8f3a2b1c")
        #expect(webhook.event == "barge_in")
        #expect(webhook.confidence == 0.89)
        #expect(webhook.transcript == "stop it")
        #expect(webhook.timestamp == 1_718_452_901_234)
    }

    @Test(arguments: good.keys.sorted()) func eachMemberIsNeededAndOfItsType(name: String) {
        #expect(parse(name, nil) == .failure(.missing(name)))
        #expect(parse(name, "null") == .failure(.missing(name)))
        for value in ["{}", "[]", "true", "[1]"] {
            guard case .failure(.wrong(name, _)) = parse(name, value) else {
                Issue.record("\(name): \(value)")
                continue
            }
        }
    }

    @Test(
        arguments: [
            ("confidence", #""0.9""#, "a number"), ("confidence", #""""#, "a number"),
            ("timestamp", #""1718452901234""#, "a whole number"),
            ("timestamp", #""2024-06-15T12:01:41Z""#, "a whole number"), ("timestamp", "1.5", "a whole number"),
            ("timestamp", "1e400", "?"), ("timestamp", "99999999999999999999", "a whole number"),
            ("sessionId", "7", "text"), ("event", "7", "text"), ("transcript", "7", "text"),
        ])
    func nothingIsTakenForWhatItIsNot(name: String, value: String, rule: String) {
        #expect(parse(name, value) == .failure(rule == "?" ? .notJSON : .wrong(name, mustBe: rule)))
    }

    @Test(arguments: [("0", 0), ("1", 1), ("0.0", 0), ("1.0", 1), ("1e0", 1), ("7.5e-1", 0.75), ("-0", 0)])
    func aConfidenceIsFromNoughtToOne(value: String, confidence: Double) throws {
        #expect(try parse("confidence", value).get().confidence == confidence)
    }

    @Test(arguments: ["1.0000001", "-0.1", "-1", "2", "75", "1e308", "-1e-300", "9223372036854775807"])
    func anotherConfidenceIsRefused(value: String) {
        #expect(parse("confidence", value) == .failure(.wrong("confidence", mustBe: "from 0 to 1")))
    }

    @Test(arguments: ["NaN", "Infinity", "-Infinity", "1e999", "00.5", ".5", "+0.5"])
    func aNumberThatJSONDoesNotKnowIsNotJSON(value: String) {
        #expect(parse("confidence", value) == .failure(.notJSON))
    }

    @Test(arguments: [
        #""""#, #""a b""#, #""a\nb""#, #""\u0000""#, #""é""#, #""\u007f""#, #"".""#, #""..""#, #""\u002e\u002e""#,
        "\"\(String(repeating: "x", count: 257))\"", #""../..""#, #""a/b?c#d%2f""#, #""a,b""#, #""a(b)""#,
    ])
    func aSessionThatCouldNotStandInAPathIsRefused(value: String) {
        let rule = "1 to 256 letters, digits and . _ ~ : @ + = -, and neither . nor .."
        #expect(parse("sessionId", value) == .failure(.wrong("sessionId", mustBe: rule)))
    }

    @Test(arguments: ["x", "...", "a.b_c~d:e@f+g=h-i", String(repeating: "x", count: 256)])
    func everyOtherNameOfASessionIsItsName(name: String) throws {
        #expect(try parse("sessionId", "\"\(name)\"").get().sessionID == name)
    }

    @Test func whatTheCallerSaidMayBeNothingOrAnything() throws {
        for text in [#""""#, #""\u0000\n\ud83d\ude00""#] {
            #expect(try parse("transcript", text).get().sessionID == "sess_8f3a2b1c")
            #expect(try parse("event", text).get().sessionID == "sess_8f3a2b1c")
        }
    }

    @Test(
        arguments: [
            ("", .notJSON), ("{", .notJSON), ("{}x", .notJSON), ("sessionId=x", .notJSON), ("\u{0}", .notJSON),
            ("[]", .notAnObject), ("null", .notAnObject), ("1", .notAnObject), ("\"x\"", .notAnObject),
            ("[{\"sessionId\":\"x\"}]", .notAnObject), ("{}", .missing("sessionId")),
            (String(repeating: "[", count: 65), .tooDeep),
        ] as [(String, BargeIn.Refusal)])
    func whatIsNoWebhookIsRefused(text: String, refusal: BargeIn.Refusal) {
        #expect(parse(text) == .failure(refusal))
    }

    @Test func aMemberThatIsThereTwiceIsRefusedByItsName() {
        #expect(parse("sessionId", #""a","sessionId":"b""#) == .failure(.repeated("sessionId")))
        #expect(parse("confidence", #"0.9,"confidence":0.9"#) == .failure(.repeated("confidence")))
        #expect(parse("other", #"{"x":1,"x":1}"#) == .failure(.repeated("x")))
    }

    @Test func whatItDoesNotKnowIsIgnored() throws {
        #expect(try parse("tenant", #"{"a":[1,null]}"#).get() == parse("event", #""barge_in""#).get())
    }

    @Test func aFaultNamesTheMemberAndTheRuleAndStaysShort() {
        #expect(BargeIn.Refusal.missing("event").description == "the body holds no event")
        #expect(
            BargeIn.Refusal.wrong("confidence", mustBe: "from 0 to 1").description == "confidence must be from 0 to 1")
        let name = String(repeating: "e\u{301}", count: 10_000)
        #expect(BargeIn.Refusal.repeated(name).description.unicodeScalars.count < 100)
    }

    @Test func theStopIsThatOfTheContract() throws {
        let request = BargeIn.stop(base: try base(), token: "T", sessionID: "a/../b")
        #expect(request.method == .post)
        #expect(request.location.text == "https://your-env.cognigy.ai/api/v1/sessions/a%2F..%2Fb/voice/commands")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "Bearer T")])
        #expect(
            request.body == Array(#"{"command":"stop","reason":"user_interrupt","sessionId":"a/../b"}"#.utf8))
    }

    @Test func theResetIsThatOfTheContract() throws {
        let request = BargeIn.reset(base: try base(), token: "T", sessionID: "sess_8f3a2b1c", confidence: 0.89)
        #expect(request.method == .post)
        #expect(request.location.text == "https://your-env.cognigy.ai/api/v1/sessions/sess_8f3a2b1c/variables")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "Bearer T")])
        let body = """
            {"variables":[{"key":"cx.barage_in_detected","value":true},{"key":"cx.current_intent","value":""},\
            {"key":"cx.partial_transcript","value":""},{"key":"cx.flow_state","value":"interrupt_recover"},\
            {"key":"cx.interrupt_confidence","value":0.89}]}
            """
        #expect(request.body == Array(body.utf8))
    }

    @Test func theAnswersAreThoseOfTheContract() throws {
        let abort = BargeIn.shown(Array(#"{"success":true,"commandExecuted":"stop"}"#.utf8))
        let state = BargeIn.shown(Array(#"{"updatedVariables":5}"#.utf8))
        #expect(
            BargeIn.processed(abort: abort, state: state).text
                == #"{"abort":{"commandExecuted":"stop","success":true},"state":{"updatedVariables":5},"status":"processed"}"#
        )
        #expect(
            BargeIn.processed(abort: abort, state: BargeIn.ignored)["state"]
                == ["action": "ignored", "reason": "low_confidence"])
    }

    @Test(arguments: ["", "OK", "[]", "null", "{"]) func anAnswerThatCannotBeShownIsAnEmptyOne(text: String) {
        #expect(BargeIn.shown(Array(text.utf8)) == [:])
    }
}
