import Flow
import JSON
import Testing

@Suite struct FlowInputTests {
    private let facts = CallFacts(
        callSID: "S", callID: "I", from: "+4930123", to: "123456789", callerName: "Ann", headers: ["X-CID": "7"],
        language: "en-US", start: 1700000000.5)

    private func written(_ input: FlowInput, _ dialect: InputDialect = .voicegateway) -> FlowMessage? {
        input.message(facts, in: dialect)
    }

    private func expect(_ input: FlowInput, _ dialect: InputDialect = .voicegateway, text: String, _ data: String)
        throws
    {
        let message = try #require(written(input, dialect))
        #expect(message.text == text)
        #expect(message.data?.text == (try Fixture.json(data)).text)
    }

    private static let common =
        #""call_sid":"S","call_id":"I","direction":"inbound","from":"+4930123","to":"123456789""#
    private static let answered = common + #","call_status":"in-progress","sip_status":200,"sip_reason":"OK""#
    private static let number = #""numberMetaData":{"number":"+4930123","uri":"tel:+4930123"}"#

    // MARK: Voice Gateway

    @Test func theBeginningOfACall() throws {
        try expect(
            .callCreated, text: "",
            #"""
            {"event":"CALL_CREATED","payload":{\#(Self.common),"caller_name":"\"Ann\"","call_status":"trying",
             "sip_status":100,"sip_reason":"Trying","sip":{"headers":{"X-CID":"7"}},
             "defaults":{"synthesizer":{"language":"en-US"},"recognizer":{"language":"en-US"}}},\#(Self.number)}
            """#)
    }

    @Test func keysAreTextAndEvent() throws {
        try expect(
            .digits("97#*"), text: "97#*",
            #"""
            {"event":"RECOGNIZED_DTMF","payload":{\#(Self.answered),"digits":"97#*","reason":"dtmfDetected"},
             "dtmf":"97#*",\#(Self.number)}
            """#)
    }

    @Test func aKeyOfAMenuIsTheAnswerThatItChose() throws {
        try expect(
            .digits("1", payload: "go sales"), text: "go sales",
            #"""
            {"event":"RECOGNIZED_DTMF","payload":{\#(Self.answered),"digits":"1","reason":"dtmfDetected"},"dtmf":"1",
             \#(Self.number)}
            """#)
    }

    @Test func speechIsTextAndEvent() throws {
        try expect(
            .speech("Hello.", confidence: 0.9612209, language: "en-GB"), text: "Hello.",
            #"""
            {"event":"RECOGNIZED_SPEECH","payload":{\#(Self.answered),"speech":{"language_code":"en-GB","channel_tag":1,
             "is_final":true,"alternatives":[{"confidence":0.9612209,"transcript":"Hello."}]},"reason":"speechDetected"},
             \#(Self.number)}
            """#)
        try expect(
            .speech("Hello.", confidence: nil, language: nil), text: "Hello.",
            #"""
            {"event":"RECOGNIZED_SPEECH","payload":{\#(Self.answered),"speech":{"language_code":"en-US","channel_tag":1,
             "is_final":true,"alternatives":[{"transcript":"Hello."}]},"reason":"speechDetected"},\#(Self.number)}
            """#)
    }

    @Test func silenceIsAnEvent() throws {
        try expect(
            .noInput(digits: nil), text: "",
            #"{"event":"USER_INPUT_TIMEOUT","payload":{\#(Self.answered),"reason":"timeout"},\#(Self.number)}"#)
        try expect(
            .noInput(digits: "12"), text: "",
            #"""
            {"event":"USER_INPUT_TIMEOUT","payload":{\#(Self.answered),"digits":"12","reason":"timeout"},"dtmf":"12",
             \#(Self.number)}
            """#)
    }

    @Test func theEndOfACall() throws {
        try expect(
            .callCompleted(by: .caller, seconds: 12), text: "",
            #"""
            {"event":"CALL_COMPLETED","payload":{\#(Self.common),"call_status":"completed","sip_status":200,
             "sip_reason":"OK","call_termination_by":"caller","duration":12},\#(Self.number)}
            """#)
        let payload = written(.callCompleted(by: .bot, seconds: -1))?.data?["payload"]
        #expect(payload?["call_termination_by"] == "bot")
        #expect(payload?["duration"] == 0)
    }

    @Test(
        arguments: [
            (
                .dial, true, "ANSWER", "TRANSFER_DIAL_SUCCESS",
                ["dial_call_status": "completed", "dial_sip_status": 200]
            ),
            (.dial, false, "BUSY", "TRANSFER_DIAL_ERROR", ["dial_call_status": "busy", "dial_sip_status": 486]),
            (
                .dial, false, "NOANSWER", "TRANSFER_DIAL_ERROR",
                ["dial_call_status": "no-answer", "dial_sip_status": 480]
            ),
            (.dial, false, "CANCEL", "TRANSFER_DIAL_ERROR", ["dial_call_status": "canceled", "dial_sip_status": 487]),
            (
                .dial, false, "CHANUNAVAIL", "TRANSFER_DIAL_ERROR",
                ["dial_call_status": "failed", "dial_sip_status": 503]
            ),
            (
                .dial, false, "CONGESTION", "TRANSFER_DIAL_ERROR",
                ["dial_call_status": "failed", "dial_sip_status": 503]
            ),
            (.dial, false, "", "TRANSFER_DIAL_ERROR", ["dial_call_status": "failed", "dial_sip_status": 500]),
            (
                .refer, true, "SUCCESS", "TRANSFER_REFER_SUCCESS",
                ["refer_status": 202, "final_referred_call_status": 200]
            ), (.refer, false, "FAILURE", "TRANSFER_REFER_ERROR", ["refer_status": 500]),
        ] as [(Transfer.Kind, Bool, String, String, [String: JSON])])
    func theResultOfATransferIsAnEvent(
        kind: Transfer.Kind, succeeded: Bool, cause: String, event: String, members: [String: JSON]
    ) throws {
        let message = try #require(written(.transferred(kind, succeeded: succeeded, cause: cause)))
        #expect(message.text == "")
        #expect(message.data?["event"] == .string(event))
        for (name, value) in members { #expect(message.data?["payload"]?[name] == value) }
        #expect(message.data?["payload"]?["reason"] == .string(cause.isEmpty ? "failed" : cause))
    }

    @Test func onlyWhatIsKnownIsTold() throws {
        for from in ["anonymous", "", "+", "+12 34567", "030123", "+1234567890123456", "+49x30123"] {
            let facts = CallFacts(callSID: "S", callID: "I", from: from, to: "1")
            let data = FlowInput.callCreated.message(facts, in: .voicegateway)?.data
            #expect(data?["numberMetaData"] == nil)
            #expect(data?["payload"]?["from"] == .string(from))
            #expect(data?["payload"]?["caller_name"] == nil)
            #expect(data?["payload"]?["defaults"] == nil)
        }
    }

    @Test func aTextHasNoEvent() {
        for dialect in InputDialect.allCases { #expect(written(.text("x"), dialect) == FlowMessage(text: "x")) }
    }

    // MARK: The other dialects

    @Test func theStatesOfVIER() throws {
        let id = #""dialogId":"I","timestamp":1700000000500"#
        try expect(
            .callCreated, .vier, text: "",
            #"""
            {"status":"greeting",\#(id),"local":"123456789","remote":"+4930123","language":"en-US",
             "callType":"INBOUND","customSipHeaders":{"X-CID":["7"]}}
            """#)
        try expect(.noInput(digits: "1"), .vier, text: "", #"{"status":"inactive",\#(id)}"#)
        try expect(
            .callCompleted(by: .caller, seconds: 1), .vier, text: "",
            #"{"status":"termination","reason":"callerTerminated",\#(id)}"#)
        try expect(.callCompleted(by: .bot, seconds: 1), .vier, text: "", #"{"status":"termination",\#(id)}"#)
        let results: [(Transfer.Kind, Bool, String)] = [
            (.dial, true, "outbound-success"), (.dial, false, "outbound-failure"), (.refer, false, "refer-failure"),
        ]
        for (kind, succeeded, status) in results {
            try expect(
                .transferred(kind, succeeded: succeeded, cause: "BUSY"), .vier, text: "",
                #"{"status":"\#(status)",\#(id)}"#)
        }
        #expect(written(.transferred(.refer, succeeded: true, cause: ""), .vier) == nil)
        #expect(written(.digits("12", payload: nil), .vier) == FlowMessage(text: "12"))
        #expect(written(.speech("Hi", confidence: 1, language: nil), .vier) == FlowMessage(text: "Hi"))
    }

    @Test func plainIsTextAlone() {
        #expect(written(.callCreated, .plain) == FlowMessage(text: ""))
        #expect(written(.digits("12", payload: nil), .plain) == FlowMessage(text: "12"))
        #expect(written(.digits("1", payload: "go"), .plain) == FlowMessage(text: "go"))
        #expect(written(.speech("Hi", confidence: 1, language: "x"), .plain) == FlowMessage(text: "Hi"))
        #expect(written(.noInput(digits: nil), .plain) == nil)
        #expect(written(.transferred(.dial, succeeded: true, cause: ""), .plain) == nil)
        #expect(written(.callCompleted(by: .bot, seconds: 1), .plain) == nil)
    }

    @Test func hostileFactsAreOnlyText() throws {
        let facts = CallFacts(
            callSID: "\"}", callID: "\0", from: "<\n>", to: "\u{2028}", callerName: "\"A\\\"", start: .infinity)
        for dialect in InputDialect.allCases {
            let message = try #require(FlowInput.callCreated.message(facts, in: dialect))
            if let data = message.data { #expect(try JSON(parsing: data.serialized) == data) }
        }
        #expect(
            FlowInput.callCreated.message(facts, in: .voicegateway)?.data?["payload"]?["caller_name"] == "\"A\"")
        #expect(
            FlowInput.speech("", confidence: .nan, language: nil).message(facts, in: .voicegateway)?.data != nil)
    }
}
