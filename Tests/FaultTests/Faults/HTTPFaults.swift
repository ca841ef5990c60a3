extension Faults {
    private static let quick = ["COGNIGY_CALL_SETUP_TIMEOUT": "1"]
    private static let slow = Cell.people("setup_timeout") + .after("setup_timeout", .seconds(1))

    // MARK: The token and the session

    static let token: [Fault] =
        setUp(.token, "token", "POST /api/v1/auth", "bad_token_reply")
        + [
            Fault(
                .token, "401, always", Play(rules: "token status 401"), caller: .people("unauthorized") + .atOnce,
                log: .says("UNAVAILABLE unauthorized", "client_id")),
            Fault(
                .token, "a token that lives for ever", Play(rules: "expires-in 9223372036854775807"), caller: .served,
                log: .silent),
            Fault(
                .token, "a token that is over at once", Play(rules: "expires-in 0"),
                caller: .people("unauthorized") + .atOnce,
                log: .says("UNAVAILABLE unauthorized", "client_secret")),
            Fault(
                .token, "a token with a line's end in it",
                Play(rules: #"token reply {"access_token":"a\r\nX-Forged: 1","expires_in":3600}"#),
                caller: .people("bad_token_reply") + .atOnce, left: .counted, log: .says("UNAVAILABLE bad_token_reply")),
        ]

    static let session: [Fault] =
        setUp(.session, "session", "POST /api/v1/sessions", "bad_session_reply")
        + [
            Fault(
                .session, "401, once", Play(rules: "session status 401 times 1"), caller: .served, log: .silent),
            Fault(
                .session, "401, always", Play(rules: "session status 401"), caller: .people("unauthorized") + .atOnce,
                log: .says("UNAVAILABLE unauthorized", "client_secret")),
            Fault(
                .session, "an id with a slash in it", Play(rules: #"session reply {"session_id":"../../x"}"#),
                caller: .people("bad_session_reply") + .atOnce, left: .counted,
                log: .says("UNAVAILABLE bad_session_reply")),
            Fault(
                .session, "an id of 300 letters",
                Play(rules: "session reply {\"session_id\":\"\(String(repeating: "a", count: 300))\"}"),
                caller: .people("bad_session_reply") + .atOnce, left: .counted,
                log: .says("UNAVAILABLE bad_session_reply")),
            Fault(
                .session, "an answer after half a second", Play(rules: "session delay 500"), caller: .served,
                log: .silent),
        ]

    private static func setUp(
        _ place: Fault.Place, _ trigger: String, _ request: String, _ badReply: String
    ) -> [Fault] {
        let refused = [400, 404, 408, 409, 413].map { status in
            Fault(
                place, "\(status)", Play(rules: "\(trigger) status \(status)"),
                caller: .people("http_\(status)") + .atOnce,
                log: .says("UNAVAILABLE http_\(status)", "127.0.0.1 answered HTTP \(status) to \(request)", "base_url"))
        }
        let failed = [500, 502, 503, 504].map { status in
            Fault(
                place, "\(status), always", Play(rules: "\(trigger) status \(status)"),
                caller: .people("http_\(status)") + .atOnce, left: .counted,
                log: .says("UNAVAILABLE http_\(status)", "127.0.0.1 answered HTTP \(status) to \(request)"))
        }
        let marker = "\(request) "
        func wire(_ answer: String) -> Play { Play(wire: .init(fault: .answers(answer), marker: marker)) }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        return refused + failed + [
            Fault(
                place, "500, twice", Play(rules: "\(trigger) status 500 times 2"), caller: .served,
                log: .notes("\(trigger): HTTP 500; trying again")),
            Fault(
                place, "403", Play(rules: "\(trigger) status 403"), caller: .people("forbidden") + .atOnce,
                log: .says("UNAVAILABLE forbidden", "demo-flow", "scopes")),
            Fault(
                place, "429 with Retry-After: 1, once", Play(rules: "\(trigger) status 429 retry-after 1 times 1"),
                caller: .served, log: .notes("\(trigger): HTTP 429; trying again")),
            Fault(
                place, "429 with a Retry-After of a year", Play(rules: "\(trigger) status 429 retry-after 31536000"),
                caller: .people("rate_limited") + .atOnce,
                log: .says("UNAVAILABLE rate_limited", "setup_timeout")),
            Fault(
                place, "204", wire("HTTP/1.1 204 No Content\r\n\r\n"), caller: .people(badReply) + .atOnce,
                left: .counted,
                log: .says("UNAVAILABLE \(badReply)")),
            Fault(
                place, "302 to another address",
                wire("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/elsewhere\r\nContent-Length: 0\r\n\r\n"),
                caller: .people("http_302") + .atOnce, log: .says("UNAVAILABLE http_302", "base_url")),
            Fault(
                place, "307 to itself, in a circle",
                wire(
                    "HTTP/1.1 307 Temporary Redirect\r\nLocation: \(request.dropFirst(5))\r\nContent-Length: 0\r\n\r\n"),
                caller: .people("http_307") + .atOnce, log: .says("UNAVAILABLE http_307", "base_url")),
            Fault(
                place, "a page of HTML in place of JSON",
                wire("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"),
                caller: .people(badReply) + .atOnce, left: .counted, log: .says("UNAVAILABLE \(badReply)")),
            Fault(
                place, "bytes that are no HTTP", wire("SSH-2.0-OpenSSH_9.2p1\r\n"),
                caller: .people("unreachable") + .atOnce, left: .counted,
                log: .says("UNAVAILABLE unreachable", request)),
            Fault(
                place, "JSON without the member", Play(rules: "\(trigger) reply {}"),
                caller: .people(badReply) + .atOnce, left: .counted, log: .says("UNAVAILABLE \(badReply)")),
            Fault(
                place, "JSON with a wrong type",
                Play(rules: #"\#(trigger) reply {"access_token":[7],"session_id":{"a":1},"id":false}"#),
                caller: .people(badReply) + .atOnce, left: .counted, log: .says("UNAVAILABLE \(badReply)")),
            Fault(
                place, "JSON that ends in its middle", Play(rules: "\(trigger) garbage"),
                caller: .people(badReply) + .atOnce, left: .counted, log: .says("UNAVAILABLE \(badReply)")),
            Fault(
                place, "JSON nested a hundred deep", Play(rules: "\(trigger) deep"),
                caller: .people(badReply) + .atOnce, left: .counted, log: .says("UNAVAILABLE \(badReply)")),
            Fault(
                place, "a body of 2 MiB", Play(rules: "\(trigger) huge"), caller: .people("unreachable") + .atOnce,
                log: .says("UNAVAILABLE unreachable", request, "too large")),
            Fault(
                place, "a body without an end",
                Play(
                    wire: .init(
                        fault: .floods(head + "\r\n{", String(repeating: " ", count: 8192)), marker: marker)),
                caller: .people("unreachable") + .atOnce, log: .says("UNAVAILABLE unreachable", request)),
            Fault(
                place, "headers without an end",
                Play(
                    wire: .init(
                        fault: .floods(head, "X-Filler: \(String(repeating: "x", count: 1000))\r\n"), marker: marker)),
                caller: .people("unreachable") + .atOnce, left: .counted,
                log: .says("UNAVAILABLE unreachable", request)),
            Fault(
                place, "a body that stands still in its middle", Play(rules: "\(trigger) stall", settings: quick),
                caller: slow, left: .counted,
                log: .says("UNAVAILABLE setup_timeout", "no answer to \(request)", "raise setup_timeout")),
            Fault(
                place, "no answer", Play(rules: "\(trigger) hang", settings: quick), caller: slow, left: .counted,
                log: .says("UNAVAILABLE setup_timeout", "no answer to \(request)", "raise setup_timeout")),
            Fault(
                place, "the connection ends without an answer, once", Play(rules: "\(trigger) drop times 1"),
                caller: .served,
                log: .perhaps("trying again")),
            Fault(
                place, "a byte every 2 ms", Play(rules: "\(trigger) slow"), caller: .served, log: .silent),
        ]
    }
}
