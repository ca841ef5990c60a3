import AGI
import Cognigy
import HTTP
import JSON
import Testing

@testable import Call

@Suite struct TraceMaskTests {
    private static let hidden = TraceMask(showsContent: false)
    private static let whole = TraceMask(showsContent: true)

    @Test func whatPeopleSayKeepsItsShapeAlone() {
        #expect(Self.hidden.text("Ms. Jane, 42 ü?") == "Ms. Xxxx, 11 x?")
        // A letter without a case does not begin with a small one.
        #expect(Self.hidden.text("שלום.") == "XXXX.")
        #expect(Self.hidden.key("7") == "1")
        #expect(Self.hidden.key("#") == "#")
        #expect(Self.hidden.result("53") == "49")
        #expect(Self.hidden.result("35") == "35")
        // Neither the code of a key that no flow knows, nor a plain answer.
        #expect(["0", "1", "-1", "68"].map { Self.hidden.result($0) } == ["0", "1", "-1", "68"])
    }

    @Test func aBodyShowsWhatTheMachineDecidesBy() throws {
        let body: JSON = [
            "type": "response", "text": "Pay 20", "end": 0, "pin": 4711, "handoffTrigger": "true", "message": "Jane",
            "list": ["Jane"], "status": "active", "accessToken": "ey123", "transferTarget": "Jane Doe",
            "sessionData": ["status": "Jane", "id": 4711],
        ]
        let shown = try JSON(parsing: Array(Self.hidden.body(body.serialized).utf8))
        #expect(
            shown == [
                "type": "response", "text": "Xxx 11", "end": 0, "pin": 11, "handoffTrigger": "true", "message": "Xxxx",
                "list": ["Xxxx"], "status": "active", "accessToken": "token", "transferTarget": "?",
                "sessionData": ["status": "Xxxx", "id": 11],
            ])
        #expect(
            Self.hidden.body(Array(#"{"error": "no such session"}"#.utf8), isError: true)
                == #"{"error": "no such session"}"#)
    }

    /// A token is a secret whatever else is shown.
    @Test func aTokenIsNeverShown() throws {
        let grant: JSON = ["access_token": "ey123", "expires_in": 3600]
        #expect(!Self.whole.body(grant.serialized).contains("ey123"))
        let events: [Event] = [
            .token(.found("ey123", ahead: false)), .errand(.handoff, .token(.found("ey123", ahead: true))),
            .response(.token, .success(Response(status: 200, body: grant.serialized))),
            .errand(
                .bargeIn, .response(1, .success(Response(status: 400, body: Array(#"{"accessToken":"ey123"}"#.utf8))))),
        ]
        for event in events { #expect(!event.json(Self.whole).text.contains("ey123")) }
        let base = try #require(Location("https://cognigy.test"))
        let effects: [Effect] = [
            .findToken(rejected: "ey123"), .upgrade(path: "/v?token=ey123", headers: [.bearer("ey123")]),
            .request(.token, Token.request(base: base, clientID: "id", clientSecret: "ey123")),
            .prepare(1, PromptOrder(Message(text: "x"), token: "ey123", format: .sln)),
        ]
        for effect in effects { #expect(!effect.json(Self.whole).text.contains("ey123")) }
    }

    /// Headers are the caller's own; what comes before them is the channel's.
    @Test func aHeaderOfTheCallerIsHidden() {
        let reply = Event.reply(.success(value: "1", text: "k7 (ulaw) slin16k7 Jane 42k7 ", endpos: nil))
        #expect(reply.json(Self.hidden) == ["reply": "200 result=1 (k7 (ulaw) slin16k7 Xxxx 11k7 )"])
        #expect(reply.json(Self.whole) == ["reply": "200 result=1 (k7 (ulaw) slin16k7 Jane 42k7 )"])
    }

    @Test func whereACallerIsTransferredIsHidden() throws {
        let order = try #require(
            TransferOrder(.dial, to: "+49 30 1234", callerID: "777", headers: ["X-Name": "Jane"]))
        let shown = order.preparation(music: nil).map { Effect.send($0).json(Self.hidden).text }.joined()
        for word in ["30", "777", "Jane"] { #expect(!shown.contains(word)) }
        #expect(shown.contains("COGNIGY_TRANSFER_TYPE=dial") && shown.contains("COGNIGY_TRANSFER_TARGET=+11"))
        let digits = Effect.send(.sendDigits("4711", each: .milliseconds(100)))
        #expect(digits.json(Self.hidden) == ["send": "EXEC SendDTMF \"1111,250,100\""])
    }

    /// The call takes the same path with what is shown as with what was said.
    @Test func ofWhatTheCallerSaysLittleWordsStayWhatTheyAre() {
        let body = #"{"text":"Nein, my name is Jane, und 4 sieben"}"#
        let event = Event.response(.recognition, .success(Response(status: 200, body: Array(body.utf8))))
        let shown = event.json(Self.hidden).text
        for word in ["Nein", "Jane", "4", "sieben"] { #expect(!shown.contains(word), "\(shown)") }
        #expect(shown.contains("no, and xxxx and Xxxx, and 1 one"))
        let again = Event(event.json(Self.hidden))
        #expect(again?.json(Self.hidden).text == shown)
        #expect(Event.words("Ja, Jane", isFinal: true).json(Self.hidden) == ["words": "yes, Xxxx", "final": true])
        #expect(event.json(Self.whole).text.contains("Jane"))
    }

    @Test func everyEventIsReadAsItWasWritten() throws {
        let key = try #require(DTMF("1"))
        let events: [Event] = [
            .start, .silence(nil), .silence(Handset.Silence(narrow: "a", wide: "b")), .warning("w"),
            .connect(refusal: nil),
            .connect(refusal: Ending(.unavailable, "circuit_open", detail: "d")),
            .memory(DialogMemory(lastIntent: "pay", sessionData: ["step": 1])),
            .reply(.success(value: "0", text: "a (b", endpos: 7)), .reply(.success(value: "1", text: nil, endpos: nil)),
            .reply(.invalidCommand), .reply(.deadChannel), .reply(.wrongUsage), .reply(.hangup), .pipeEnded, .hangup,
            .terminate, .token(.mayFetch), .token(.busy), .token(.found("token", ahead: true)),
            .response(.session, .success(Response(status: 201, retryAfter: "3", body: Array(#"{"id":"s1"}"#.utf8)))),
            .response(.dialog, .failure(.unreachable("u"))), .response(.recognition, .failure(.tooLarge)),
            .errand(.handoff, .token(.mayFetch)),
            .errand(.bargeIn, .response(7, .success(Response(status: 500, body: Array("{}".utf8))))), .stopPrompt,
            .socket(.connected), .socket(.opened), .socket(.alive), .socket(.text(#"{"type":"response"}"#)),
            .socket(.refused(status: 503, retryAfter: nil)), .socket(.closed(.normal, reason: "r")),
            .socket(.closed(nil, reason: "")), .socket(.failed(.timedOut("t"))), .unsent(key),
            .prepared(3, .file("/f")), .prepared(3, .number(1)), .prepared(3, nil, Loss(kind: .disk, why: "w")),
            .prepared(3, nil), .read(4), .speechBegan, .words("w", isFinal: true), .speech([0, 0]),
            .slot(isTaken: true), .slot(isTaken: false),
            .tick,
        ]
        for event in events {
            let line = try JSON(parsing: Array(event.json(Self.whole).text.utf8))
            #expect(Event(line) == event)
        }
    }
}
