import Cognigy
import HTTP
import Testing

@Suite struct VoiceSocketTests {
    @Test(arguments: [
        ("s-1._~Z9", "/v/api/v1/sessions/s-1._~Z9/voice"),
        ("a/b?c#d%e", "/v/api/v1/sessions/a%2Fb%3Fc%23d%25e/voice"),
        ("\u{1}é", "/v/api/v1/sessions/%01%C3%A9/voice"),
    ])
    func theSessionIsOneSegmentOfThePath(id: String, path: String) throws {
        #expect(VoiceSocket.path(base: try #require(Location("https://h/v")), sessionID: id) == path)
    }

    @Test func theHeadersAreThoseOfTheContract() {
        #expect(
            VoiceSocket.headers(token: "T", sessionID: "s") == [
                Header("Authorization", "Bearer T"), Header("X-Cognigy-Session-Id", "s"),
            ])
        #expect(VoiceSocket.ping == #"{"type":"ping"}"#)
    }

    @Test(
        arguments: [
            (#"{"type":"response"}"#, .init()),
            (
                #"{"type":"response","text":"Hi","audioUrl":"https://h/a.wav","end":true}"#,
                .init(text: "Hi", audioURL: "https://h/a.wav", end: true)
            ),
            (#"{"audio_url":"u","type":"response","end":"true"}"#, .init(audioURL: "u", end: true)),
            (#"{"type":"response","end":1}"#, .init(end: true)),
            (#"{"type":"response","end":0,"text":7}"#, .init(text: "7")),
            (#"{"type":"response","text":null,"audioUrl":null,"end":null}"#, .init()),
            (#"{"type":"response","text":"","audioUrl":""}"#, .init()),
            (#"{"type":"response","text":" \n\t","audioUrl":"  "}"#, .init()),
            (#"{"type":"response","text":" a "}"#, .init(text: " a ")),
            (#"{"type":"response","text":[1],"audioUrl":{},"end":"maybe"}"#, .init()),
            (#"{"type":"response","handoffTrigger":true,"transferTarget":"q1"}"#, .init(transferTarget: "q1")),
            (#"{"type":"response","handoff_trigger":"true","transfer_target":9}"#, .init(transferTarget: "9")),
            (
                #"{"type":"response","transferTarget":"q1","transferType":"queue"}"#,
                .init(transferTarget: "q1", transferType: "queue")
            ),
            (#"{"type":"response","handoffTrigger":true}"#, .init(transferTarget: "")),
            (#"{"type":"response","handoffTrigger":false,"transferTarget":" "}"#, .init()),
            (#"{"type":"response","handoffTrigger":false}"#, .init()),
            (#"{"type":"response","unknown":{"deep":[1]},"text":"😀"}"#, .init(text: "😀")),
        ] as [(String, Message)])
    func aResponseIsReadInEveryForm(text: String, message: Message) {
        #expect(VoiceSocket.incoming(text) == .response(message))
    }

    @Test(arguments: ["pong", "dtmf", "Response", "", "response "])
    func anotherTypeIsUnknown(type: String) {
        #expect(VoiceSocket.incoming(#"{"type":"\#(type)","text":"x"}"#) == .unknown(type))
    }

    @Test(arguments: [
        "", " ", "null", "7", "[]", "\"response\"", "{", "{}", #"{"text":"x"}"#, #"{"type":null}"#, #"{"type":true}"#,
        #"{"type":["response"]}"#, #"{"type":"response""#, #"{"type":"response"}x"#, "response", "\0",
    ])
    func badJSONIsMalformed(text: String) {
        #expect(VoiceSocket.incoming(text) == .malformed)
    }

    @Test func aMessageThatIsTooDeepIsMalformed() {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(VoiceSocket.incoming("{\"type\":\"response\",\"x\":\(deep)}") == .malformed)
    }
}
