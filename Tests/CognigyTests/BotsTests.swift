import Cognigy
import HTTP
import Testing

@Suite struct BotsTests {
    @Test func theRequestIsThatOfTheContract() throws {
        let base = try #require(Location("https://api.example.com"))
        let request = Bots.request(base: base, key: "K")
        #expect(request.method == .get)
        #expect(request.location.text == "https://api.example.com/api/v2/bots")
        #expect(request.headers == [Header("Authorization", "ApiKey K")])
        #expect(request.body == nil)
    }

    @Test func aRefusalNamesTheMissingPermission() {
        #expect(Bots.Refusal(status: 401) == .unknownKey)
        #expect(Bots.Refusal(status: 403) == .missingPermission)
        for refusal in [Bots.Refusal.unknownKey, .missingPermission] {
            #expect(refusal.description.contains("dialog:execute"))
        }
    }

    @Test(arguments: [200, 404, 429, 500]) func otherAnswersSayNothingAboutTheKey(status: Int) {
        #expect(Bots.Refusal(status: status) == nil)
    }

    @Test func botsAreKnownByTheirIds() throws {
        #expect(try Bots.ids(Array(#"[{"id":"a","name":"b"}]"#.utf8)) == ["a"])
        #expect(try Bots.ids(Array(#"{"bots":[{"id":"a"}]}"#.utf8)) == ["a"])
        #expect(throws: ReplyRefusal.missing("bots")) { try Bots.ids(Array(#"{"flows":[]}"#.utf8)) }
    }
}
