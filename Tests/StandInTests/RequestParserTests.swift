import Testing

@testable import StandIn

@Suite struct RequestParserTests {
    typealias Refusal = RequestParser.Refusal

    private func refusal(_ text: String) -> Refusal? {
        var parser = RequestParser()
        parser.receive(Array(text.utf8))
        do throws(Refusal) {
            _ = try parser.next()
            return nil
        } catch { return error }
    }

    @Test func everySplitOfTwoRequestsGivesTheSame() throws {
        let text =
            "POST /api/v1/auth HTTP/1.1\r\nHost: h:1\r\nContent-Length: 5\r\nX-A:  b c  \r\nx-a: d\r\n\r\n{\r\n1}"
            + "GET /x HTTP/1.1\r\nHost: h\r\n\r\n"
        let bytes = Array(text.utf8)
        for first in 0...bytes.count {
            for second in stride(from: first, through: bytes.count, by: 7) {
                var parser = RequestParser()
                var requests: [Request] = []
                for part in [bytes[..<first], bytes[first..<second], bytes[second...]] {
                    parser.receive(Array(part))
                    while let request = try parser.next() { requests.append(request) }
                }
                #expect(requests.count == 2)
                #expect(requests.first?.target == "/api/v1/auth")
                #expect(requests.first?.body == Array("{\r\n1}".utf8))
                #expect(requests.first?["host"] == "h:1")
                #expect(requests.first?.headers.last == .init(name: "x-a", value: "d"))
                #expect(requests.first?.headersByName["x-a"] == "b c,d")
                #expect(requests.first?["x-a"] == nil, "a header that stands there twice has no value")
                #expect(requests.last?.path == ["x"])
                #expect(parser.isEmpty)
            }
        }
    }

    @Test func whatIsNoRequestIsRefused() {
        #expect(refusal("GET /\r\n\r\n") == .malformedRequestLine)
        #expect(refusal("GET / HTTP/1.0\r\n\r\n") == .malformedRequestLine)
        #expect(refusal("GET  / HTTP/1.1\r\n\r\n") == .malformedRequestLine)
        #expect(refusal("GET http://x/ HTTP/1.1\r\n\r\n") == .malformedRequestLine)
        #expect(refusal("GET / HTTP/1.1\n\n") == .malformedRequestLine)
        #expect(refusal("\u{16}\u{3}\u{1}\r\n") == .malformedRequestLine)
        #expect(refusal("GET / HTTP/1.1\r\nHost\r\n\r\n") == .malformedHeader)
        #expect(refusal("GET / HTTP/1.1\r\nHost : h\r\n\r\n") == .malformedHeader)
        #expect(refusal("GET / HTTP/1.1\r\nA: b\u{0}c\r\n\r\n") == .malformedHeader)
        #expect(refusal("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n") == .transferEncoding)
        for length in ["x", "-1", "+1", "1,1", "", "99999999999999999999"] {
            #expect(refusal("POST / HTTP/1.1\r\nContent-Length: \(length)\r\n\r\n") == .contentLength)
        }
        #expect(refusal("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n") == .contentLength)
    }

    @Test func theLimitsAreExact() {
        let start = "GET / HTTP/1.1\r\n"
        let value = String(repeating: "x", count: RequestParser.longestLine - 4)
        #expect(refusal(start + "A: \(value)\r\n\r\n") == nil)
        #expect(refusal(start + "A: x\(value)\r\n\r\n") == .lineTooLong)
        #expect(refusal(start + "A: xxx\(value)") == .lineTooLong, "even before the line ends")
        let headers = String(repeating: "A: b\r\n", count: RequestParser.mostHeaders)
        #expect(refusal(start + headers + "\r\n") == nil)
        #expect(refusal(start + headers + "A: b\r\n\r\n") == .tooManyHeaders)
        #expect(refusal(start + "Content-Length: 1048576\r\n\r\n") == nil)
        #expect(refusal(start + "Content-Length: 1048577\r\n\r\n") == .bodyTooLarge)
    }
}
