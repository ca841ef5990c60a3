import Cognigy
import HTTP
import Testing

@Suite struct TokenTests {
    private func grant(_ text: String) -> Token.Grant? { Token.grant(Array(text.utf8)) }

    @Test func theRequestIsThatOfTheContract() throws {
        let base = try #require(Location("https://api.example.com/v/"))
        let request = Token.request(base: base, clientID: "id\"1", clientSecret: "s\\é")
        #expect(request.method == .post)
        #expect(request.location.text == "https://api.example.com/v/api/v1/auth")
        #expect(request.headers == [Header("Content-Type", "application/json")])
        let body = #"{"client_id":"id\"1","client_secret":"s\\é","grant_type":"client_credentials"}"#
        #expect(request.body == Array(body.utf8))
    }

    @Test func theHandoffAndTheBargeInSpellItTheirOwnWay() throws {
        let base = try #require(Location("https://api.example.com"))
        let handoff = Token.request(base: base, clientID: "i", clientSecret: "s", style: .handoff)
        let bargeIn = Token.request(base: base, clientID: "i\"", clientSecret: "s", style: .bargeIn)
        for request in [handoff, bargeIn] {
            #expect(request.method == .post)
            #expect(request.location.text == "https://api.example.com/api/v1/auth/login")
            #expect(request.headers == [Header("Content-Type", "application/json")])
        }
        #expect(
            handoff.body == Array(#"{"client_id":"i","client_secret":"s","grant_type":"client_credentials"}"#.utf8))
        #expect(bargeIn.body == Array(#"{"clientId":"i\"","clientSecret":"s"}"#.utf8))
    }

    @Test func theAgentAssistSendsAFormThatNamesTheScope() throws {
        let base = try #require(Location("https://api.example.com"))
        let request = Token.request(base: base, clientID: "i d", clientSecret: "s&é", style: .assist)
        #expect(request.method == .post)
        #expect(request.location.text == "https://api.example.com/api/v1/oauth/token")
        #expect(request.headers == [Header("Content-Type", "application/x-www-form-urlencoded")])
        let body =
            "grant_type=client_credentials&client_id=i+d&client_secret=s%26%C3%A9"
            + "&scope=agentassist%3Aread+dialog%3Aread+analytics%3Awrite+streaming%3Asubscribe"
        #expect(request.body == Array(body.utf8))
    }

    @Test(
        arguments: [
            (#"{"access_token":"T","expires_in":60}"#, 60), (#"{"accessToken":"T","expiresIn":60.5}"#, 60.5),
            (#"{"access_token":"T","expires_in":"60"}"#, 60), (#"{"access_token":"T"}"#, 3600),
            (#"{"access_token":"T","expires_in":null,"expiresIn":5}"#, 5),
            (#"{"access_token":"T","expires_in":0}"#, 3600),
            (#"{"access_token":"T","expires_in":-1}"#, 3600), (#"{"access_token":"T","expires_in":"soon"}"#, 3600),
            (#"{"access_token":"T","expires_in":"nan"}"#, 3600), (#"{"access_token":"T","expires_in":true}"#, 3600),
            (#"{"access_token":"T","expires_in":1e300}"#, 2_592_000),
            (#"{"access_token":null,"accessToken":"T"}"#, 3600),
            (#"{"token_type":"bearer","access_token":"T","scope":[1,{}]}"#, 3600),
        ] as [(String, Double)])
    func aGrantIsReadInEveryForm(text: String, seconds: Double) throws {
        let grant = try #require(self.grant(text))
        #expect(grant.token == "T")
        #expect(grant.expiresIn == seconds)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "{\"access_token\":\"\"}", "{\"access_token\":true}", "{\"access_token\":[\"T\"]}",
        "{\"access_token\":\"T", "{\"access_token\":\"T\\r\\nX: y\"}", "{\"access_token\":\"a b\"}",
        "{\"access_token\":\"T\\u0000\"}", "{\"access_token\":\"é\"}", "{\"access_token\":\"T\\u007f\"}", "<html>",
    ])
    func whatCouldNotStandInAHeaderIsNoToken(text: String) {
        #expect(grant(text) == nil)
    }

    @Test func aReplyThatIsTooLargeOrTooDeepIsRefused() {
        let start = #"{"access_token":"T","x":"#
        #expect(grant(start + "\"\(String(repeating: "x", count: 1 << 20))\"}") == nil)
        #expect(grant(start + String(repeating: "[", count: 63) + String(repeating: "]", count: 63) + "}") != nil)
        #expect(grant(start + String(repeating: "[", count: 64) + String(repeating: "]", count: 64) + "}") == nil)
    }
}
