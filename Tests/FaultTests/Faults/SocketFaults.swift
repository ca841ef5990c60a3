extension Faults {
    private static let quick = ["COGNIGY_CALL_SETUP_TIMEOUT": "1"]

    private static func wire(_ fault: FaultyWire.Fault, times: Int = .max, _ settings: [String: String] = [:]) -> Play {
        Play(settings: settings, wire: .init(fault: fault, marker: "Upgrade: websocket", times: times))
    }

    private static func rules(_ rules: String, _ settings: [String: String] = [:]) -> Play {
        Play(rules: rules, settings: settings)
    }

    /// In the handshake.
    private static let handshake: [Fault] =
        [400, 404, 409].map { status in
            Fault(
                .voiceSocket, "\(status) to the handshake", rules("voice status \(status)"),
                caller: .people("http_\(status)") + .atOnce,
                log: .says("UNAVAILABLE http_\(status)", "handshake of the voice socket", "flow_id"))
        } + [
            Fault(
                .voiceSocket, "401 to the handshake, once", rules("voice status 401 times 1"), caller: .served,
                log: .silent),
            Fault(
                .voiceSocket, "401 to the handshake, always", rules("voice status 401"),
                caller: .people("unauthorized") + .atOnce, log: .says("UNAVAILABLE unauthorized")),
            Fault(
                .voiceSocket, "403 to the handshake", rules("voice status 403"), caller: .people("forbidden") + .atOnce,
                log: .says("UNAVAILABLE forbidden", "cognigy:voice:interact")),
            Fault(
                .voiceSocket, "429 to the handshake with a Retry-After of a year",
                rules("voice status 429 retry-after 31536000"), caller: .people("rate_limited") + .atOnce,
                log: .says("UNAVAILABLE rate_limited")),
            Fault(
                .voiceSocket, "503 to the handshake, always", rules("voice status 503"),
                caller: .people("http_503") + .atOnce, left: .counted, log: .says("UNAVAILABLE http_503")),
            Fault(
                .voiceSocket, "500 to the handshake, twice", rules("voice status 500 times 2"), caller: .served,
                log: .notes("voice socket: HTTP 500; attempt 1 of 2")),
            Fault(
                .voiceSocket, "302 to the handshake",
                wire(.answers("HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n")),
                caller: .people("http_302") + .atOnce, log: .says("UNAVAILABLE http_302")),
            Fault(
                .voiceSocket, "a wrong Sec-WebSocket-Accept", rules("voice bad-accept"),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
            Fault(
                .voiceSocket, "an extension that nobody offered", rules("voice extension"),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
            Fault(
                .voiceSocket, "no answer to the handshake", rules("voice hang", quick),
                caller: .people("setup_timeout") + .after("setup_timeout", .seconds(1)), left: .counted,
                log: .says("UNAVAILABLE setup_timeout", "handshake of the voice socket")),
            Fault(
                .voiceSocket, "a handshake byte by byte", rules("voice slow"), caller: .served, log: .silent),
            Fault(
                .voiceSocket, "reset at the handshake, always", wire(.resets), caller: .people("unreachable") + .atOnce,
                left: .counted, log: .says("UNAVAILABLE unreachable")),
            Fault(
                .voiceSocket, "closed at the handshake, once", wire(.closes, times: 1), caller: .served,
                log: .perhaps("voice socket")),
            Fault(
                .voiceSocket, "half closed at the handshake, always", wire(.halfCloses),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
            Fault(
                .voiceSocket, "cut within the handshake, once", wire(.cuts(after: 30), times: 1), caller: .served,
                log: .perhaps("voice socket")),
            Fault(
                .voiceSocket, "a head without an end",
                wire(.floods("HTTP/1.1 101 Switching Protocols\r\n", "X: \(String(repeating: "x", count: 1000))\r\n")),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
        ]

    /// In mid-call: key 5 brings it about, and key 9 ends the call.
    private static let open: [Fault] =
        [
            ("closed with 1011", "close 1011"), ("closed with 1001", "close 1001"), ("lost", "drop"),
            ("a reserved bit", "frame C100"), ("a masked frame", "frame 818000000000"),
            ("a reserved opcode", "frame 8300"), ("a close code that is none", "frame 880203e6"),
            ("text that is not UTF-8", "frame 8101ff"), ("a binary message", "frame 8200"),
            ("a frame of 2^62 bytes", "frame 817f4000000000000000"),
        ].map { name, action in
            Fault(
                .voiceSocket, "\(name), once", rules("key 5 \(action) times 1"), caller: .served,
                log: .notes("the voice socket"))
        }
        + [
            ("a message of an unknown type", #"send {"type":"surprise","text":"x"}"#),
            ("a pong that nobody asked for", "frame 8a00"), ("a ping", "frame 8900"),
        ].map { name, action in
            Fault(.voiceSocket, name, rules("key 5 \(action) times 1"), caller: .served, log: .silent)
        } + [
            Fault(
                .voiceSocket, "a message that is no JSON", rules("key 5 garbage times 1"), caller: .served,
                log: .notes("message 1 of the service that is no JSON object is ignored")),
            Fault(
                .voiceSocket, "a message without a type", rules(#"key 5 send {"text":"no type"} times 1"#),
                caller: .served,
                log: .notes("message 1 of the service", "is ignored")),
            Fault(
                .voiceSocket, "a message of wrong types",
                rules(#"key 5 send {"type":"response","text":[1],"audioUrl":7,"end":"x"} times 1"#), caller: .served,
                log: .says("an answer was not heard: audioUrl is no http or https address")),
            Fault(
                .voiceSocket, "lost, and the service is dead",
                Play(
                    settings: ["COGNIGY_CALL_RECONNECT_ATTEMPTS": "1"], plan: [],
                    meanwhile: { call, pbx in if call.asterisk.record.sounds.count == 1 { pbx.service.kill() } }),
                caller: .people("socket_lost"), left: .counted, log: .says("UNAVAILABLE socket_lost")),
            Fault(
                .voiceSocket, "lost after every key",
                rules(
                    "key 5 drop\nvoice ok times 1\nvoice hang",
                    ["COGNIGY_CALL_RECONNECT_ATTEMPTS": "0"]),
                caller: .people("socket_lost"), left: .counted, log: .says("UNAVAILABLE socket_lost")),
            Fault(
                .voiceSocket, "the session is unknown after a loss",
                rules("key 5 drop\nvoice ok times 1\nvoice status 404"),
                caller: .people("session_lost"), log: .says("UNAVAILABLE session_lost")),
            Fault(
                .voiceSocket, "no answer to any key",
                rules("key any ok", ["COGNIGY_CALL_REPLY_TIMEOUT": "1", "COGNIGY_CALL_LATE_REPLIES": "1"]),
                caller: .people("no_reply"), log: .says("UNAVAILABLE no_reply")),
            Fault(
                .voiceSocket, "not a word, not even to pings",
                Play(
                    rules: "key 5 silence times 1", settings: ["COGNIGY_CALL_PING_INTERVAL": "0.3"],
                    plan: [
                        .press("5", when: .whenWaiting, after: .milliseconds(50)),
                        .press("9", when: .whenWaiting, after: .seconds(12)),
                    ]), caller: .served,
                log: .notes("the voice socket")),
        ]

    static let voiceSocket: [Fault] = handshake + open
}
