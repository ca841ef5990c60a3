import Cognigy
import HTTP
import Testing

@Suite struct FlowsTests {
    private func ids(_ text: String) throws -> Set<String> { try Flows.ids(Array(text.utf8)) }

    @Test func theRequestIsThatOfTheContract() throws {
        let base = try #require(Location("https://api.example.com"))
        let request = Flows.request(base: base, token: "T")
        #expect(request.method == .get)
        #expect(request.location.text == "https://api.example.com/api/v1/flows")
        #expect(request.headers == [Header("Authorization", "Bearer T")])
        #expect(request.body == nil)
    }

    @Test(
        arguments: [
            (#"[{"id":"a","name":"b"},{"id":7}]"#, ["a", "7"]), (#"{"flows":[{"id":"a"}]}"#, ["a"]),
            (#"{"items":[{"_id":"a","referenceId":"b"}],"total":1}"#, ["a", "b"]), ("[]", []),
            (#"[null,"a",{"name":"b"},{"id":{}}]"#, []),
        ] as [(String, Set<String>)])
    func aListIsReadInEveryForm(text: String, expected: Set<String>) throws {
        #expect(try ids(text) == expected)
    }

    @Test(arguments: [
        ("", ReplyRefusal.notJSON), ("<html>", .notJSON), ("{}", .missing("flows")), ("7", .missing("flows")),
        (#"{"flows":{"id":"a"}}"#, .wrongType("flows")),
        (String(repeating: "[", count: 100) + String(repeating: "]", count: 100), .tooDeep),
    ])
    func whatIsNoListIsRefused(text: String, refusal: ReplyRefusal) {
        #expect(throws: refusal) { try ids(text) }
    }
}
