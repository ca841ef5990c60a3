import Cognigy
import HTTP
import Testing

@Suite struct SessionsTests {
    private func id(_ text: String) -> String? { Sessions.id(Array(text.utf8)) }

    @Test func theRequestIsThatOfTheContract() throws {
        let base = try #require(Location("http://127.0.0.1:8080"))
        let request = Sessions.request(
            base: base, token: "T", flowID: "f-1", uniqueID: "1700000000.17", caller: "+4930\n\"1", locale: nil)
        #expect(request.method == .post)
        #expect(request.location.text == "http://127.0.0.1:8080/api/v1/sessions")
        #expect(request.headers == [Header("Content-Type", "application/json"), Header("Authorization", "Bearer T")])
        let metadata = #""metadata":{"caller":"+4930\n\"1","source":"asterisk_agi"}"#
        let body = #"{"flowId":"f-1",\#(metadata),"sessionId":"1700000000.17"}"#
        #expect(request.body == Array(body.utf8))
    }

    @Test func aLocaleGoesIntoTheMetadata() throws {
        let base = try #require(Location("https://h"))
        let request = Sessions.request(
            base: base, token: "T", flowID: "f", uniqueID: "u", caller: "", locale: "de-DE")
        let metadata = #""metadata":{"caller":"","locale":"de-DE","source":"asterisk_agi"}"#
        #expect(request.body == Array(#"{"flowId":"f",\#(metadata),"sessionId":"u"}"#.utf8))
    }

    @Test(arguments: [
        (#"{"id":"s-1"}"#, "s-1"), (#"{"id":17}"#, "17"), (#"{"sessionId":"s"}"#, "s"), (#"{"session_id":"s"}"#, "s"),
        (#"{"id":null,"sessionId":"s"}"#, "s"), (#"{"id":"a.b_c~d:e@f+g=h-i"}"#, "a.b_c~d:e@f+g=h-i"),
    ])
    func anIdIsReadInEveryForm(text: String, id: String) {
        #expect(self.id(text) == id)
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"id\":\"\"}", "{\"id\":{}}", "{\"id\":false}", "{\"id\":\"a b\"}",
        // These are code in a dialplan, or another path.
        "{\"id\":\"a))U(evil^s^1)b(c^s^1(d\"}", "{\"id\":\"a,b\"}", "{\"id\":\"a&b\"}", "{\"id\":\"${X}\"}",
        "{\"id\":\"a/b\"}",

        "{\"id\":\"a\\r\\nX: y\"}",
        "{\"id\":\"é\"}", "{\"id\":\"\\u0000\"}",
        "{\"id\":\".\"}", "{\"id\":\"..\"}", "{\"id\"", "{\"id\":\"\(String(repeating: "x", count: 257))\"}",
    ])
    func whatCouldNotStandInAPathAndAHeaderIsNoId(text: String) {
        #expect(id(text) == nil)
    }

    @Test func theLongestIdHas256Bytes() {
        let longest = String(repeating: "x", count: 256)
        #expect(id("{\"id\":\"\(longest)\"}") == longest)
    }
}
