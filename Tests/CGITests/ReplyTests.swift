import CGI
import Testing

@Suite struct ReplyTests {
    private func text(_ reply: Reply, to method: String = "POST") -> String {
        String(decoding: reply.bytes(to: method), as: UTF8.self)
    }

    @Test func aReplyIsHeadersABlankLineAndTheBody() {
        #expect(
            text(.json(200, Array(#"{"a":"é"}"#.utf8))) == "Status: 200 OK\r\nContent-Type: application/json\r\n"
                + "Content-Length: 10\r\nCache-Control: no-store\r\n\r\n{\"a\":\"é\"}")
    }

    @Test func aHEADGetsTheHeadersOfAGETAndNoBody() {
        let reply = Reply.json(200, Array("{}".utf8))
        #expect(text(reply, to: "GET") == text(reply, to: "HEAD") + "{}")
        #expect(text(reply, to: "HEAD").hasSuffix("Content-Length: 2\r\nCache-Control: no-store\r\n\r\n"))
    }

    @Test func headersOfItsOwnStandBeforeThoseOfEveryReply() {
        #expect(
            text(Reply(405, headers: ["Allow": "POST"]))
                == "Status: 405 Method Not Allowed\r\nAllow: POST\r\nContent-Length: 0\r\nCache-Control: no-store\r\n\r\n"
        )
        #expect(
            text(.json(503, headers: ["Retry-After": "5", "Allow": "GET"], [])).hasPrefix(
                "Status: 503 Service Unavailable\r\nAllow: GET\r\nContent-Type: application/json\r\nRetry-After: 5\r\n")
        )
    }

    @Test(arguments: ["a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\u{0}b", "a\u{7F}"])
    func aHeaderThatWouldBecomeTwoIsLeftOut(text value: String) {
        let without = text(Reply(200))
        #expect(text(Reply(200, headers: ["X": value])) == without)
        #expect(text(Reply(200, headers: [value: "X"])) == without)
    }

    @Test func aStatusWithoutANameIsAStatusAllTheSame() {
        #expect(text(Reply(299)).hasPrefix("Status: 299 \r\n"))
        #expect(text(Reply(422)).hasPrefix("Status: 422 Unprocessable Content\r\n"))
    }
}
