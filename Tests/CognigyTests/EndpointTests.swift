import HTTP
import JSON
import Testing

@testable import Cognigy

/// The URL that Cognigy shows, and what is said at the endpoint behind it.
@Suite struct EndpointTests {
    private static let token = String(repeating: "0e77b9a1", count: 8)
    private let parties = Endpoint.Parties(userID: "4930123456", sessionID: "1700000000.1-abc")

    private func endpoint(_ url: String = "https://endpoint-trial.cognigy.ai/\(token)") throws -> Endpoint {
        try #require(Endpoint(url))
    }

    @Test func theTokenStandsBehindTheLastSlash() throws {
        let endpoint = try endpoint()
        #expect(endpoint.server.text == "https://endpoint-trial.cognigy.ai/")
        #expect(endpoint.token == Self.token)
        let behindProxy = try self.endpoint("https://proxy.example.com:8443/cognigy/\(Self.token)")
        #expect(behindProxy.server.text == "https://proxy.example.com:8443/cognigy")
    }

    @Test(arguments: [
        "", "endpoint", "https://endpoint-trial.cognigy.ai", "https://endpoint-trial.cognigy.ai/",
        "https://endpoint-trial.cognigy.ai/short", "https://endpoint-trial.cognigy.ai/0e77b9a1?x=0e77b9a1",
        "https://endpoint-trial.cognigy.ai/x?/0e77b9a1", "ftp://host/0e77b9a10e77b9a1",
        "https://host/0e77b9a1 0e77b9a1", "https://host/0e77b9a1%2e", "https://user@host/0e77b9a10e77b9a1",
    ])
    func whatIsNoEndpointIsNone(url: String) { #expect(Endpoint(url) == nil) }

    @Test func theSocketIsAskedForAsTheOfficialClientsDo() throws {
        #expect(
            try endpoint().socketPath(version: 3, parties, isTest: false, isIntroducedLater: false)
                == "/socket.io/?EIO=3&transport=websocket&urlToken=\(Self.token)&sessionId=1700000000.1-abc"
                + "&userId=4930123456&testMode=false&emitWithAck=true")
    }

    @Test func whoIsIntroducedLaterShowsNoTokenInTheAddress() throws {
        let endpoint = try endpoint("https://proxy.example.com/cognigy/\(Self.token)")
        let path = endpoint.socketPath(version: 3, parties, isTest: true, isIntroducedLater: true)
        #expect(path == "/cognigy/socket.io/?EIO=3&transport=websocket&handshake=true")
        let introduction = endpoint.introduction(parties, isTest: true)
        #expect(introduction["urlToken"]?.string == Self.token)
        #expect(introduction["userId"]?.string == "4930123456")
        #expect(introduction["testMode"]?.bool == true)
    }

    @Test func anInputNamesTheTokenAndTheSession() throws {
        let input = try endpoint().input(parties, text: "1", data: ["event": "RECOGNIZED_DTMF"])
        #expect(
            input.text
                == #"{"URLToken":"\#(Self.token)","channel":"asterisk","data":{"event":"RECOGNIZED_DTMF"},"#
                + #""resetFlow":false,"sessionId":"1700000000.1-abc","source":"device","text":"1","userId":"4930123456"}"#
        )
    }

    @Test(arguments: [true, false])
    func aTurnByRESTIsOneRequest(isTest: Bool) throws {
        let request = try endpoint().request(parties, text: "hi", data: nil, isTest: isTest, timeout: .seconds(30))
        #expect(request.location.text == "https://endpoint-trial.cognigy.ai/\(isTest ? "test/" : "")\(Self.token)")
        let body = try JSON(parsing: try #require(request.body))
        #expect(body == ["userId": "4930123456", "sessionId": "1700000000.1-abc", "text": "hi", "data": [:]])
    }

    @Test func theOutputsOfATurnKeepTheirOrder() throws {
        let body = #"{"text":"a b","data":{},"outputStack":[{"text":"a"},{"text":"b"}],"userId":"u","sessionId":"s"}"#
        #expect(try Endpoint.answer(Array(body.utf8)) == .outputs([["text": "a"], ["text": "b"]]))
        #expect(
            try Endpoint.answer(Array(#"{"text":"a","data":null}"#.utf8)) == .outputs([["text": "a", "data": .null]]))
    }

    @Test(arguments: [
        (#"{"error":"no such flow"}"#, "no such flow"), (#"{"error":{"code":1,"message":"broken"}}"#, "broken"),
        (#"{"message":"Not found"}"#, "Not found"), (#"{"error":{"code":1}}"#, #"{"code":1}"#),
    ])
    func anErrorIsOneWhateverTheStatus(body: String, words: String) throws {
        #expect(try Endpoint.answer(Array(body.utf8)) == .error(words))
    }

    @Test(arguments: ["", "[]", "{}", "nonsense", #"{"userId":"u"}"#])
    func whatIsNoAnswerIsRefused(body: String) {
        #expect(throws: ReplyRefusal.self) { try Endpoint.answer(Array(body.utf8)) }
    }

    @Test func idsAreReadAlikeByEveryone() {
        #expect(Endpoint.isUsable("asterisk-1700000000.1"))
        for id in ["", "+4930", "a b", "a/b", "a%20b", "ä", String(repeating: "x", count: 129)] {
            #expect(!Endpoint.isUsable(id))
        }
    }
}
