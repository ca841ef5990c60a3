extension Faults {
    private static let quick = ["COGNIGY_CALL_SETUP_TIMEOUT": "1", "COGNIGY_CALL_REPLY_TIMEOUT": "1"]

    private static func rest(_ rules: String, _ settings: [String: String] = [:]) -> Play {
        Play(kind: .rest, rules: rules, settings: settings)
    }

    /// What a connection may do that is made for one request.
    static let wires: [(name: String, fault: FaultyWire.Fault)] = [
        ("a firewall drops the packets", .dropsPackets), ("reset as soon as it stands, always", .resets),
        ("closed as soon as it stands, always", .closes), ("half closed by the service", .halfCloses),
        ("taken and never answered", .isSilent), ("cut within the answer's head, always", .cuts(after: 20)),
        ("stands still within the answer", .stalls(after: 60)),
        ("the answer comes a byte at a time, too slowly", .drips(every: .milliseconds(100))),
    ]

    private static let endpointWires: [Fault] = wires.map { name, fault in
        Fault(
            .endpoint, name, Play(kind: .rest, settings: quick, wire: .init(fault: fault)),
            caller: .people("unreachable"), left: .counted, log: .says("UNAVAILABLE unreachable", "127.0.0.1"))
    }

    private static let dialogWires: [Fault] = wires.map { name, fault in
        Fault(
            .dialog, name,
            Play(
                kind: .dialog, settings: quick, wire: .init(fault: fault),
                plan: [.press("5", when: .whenWaiting, after: .milliseconds(50))]),
            caller: .people("unreachable") + .saysGoodbye, left: .counted,
            log: .says("UNAVAILABLE unreachable", "127.0.0.1"))
    }

    static let endpoint: [Fault] = endpointAnswers + endpointWires

    private static let endpointAnswers: [Fault] =
        [400, 403, 408, 413].map { status in
            Fault(
                .endpoint, "\(status)", rest("post status \(status)"),
                caller: .people(status == 403 ? "forbidden" : "http_\(status)") + .atOnce, log: .says("UNAVAILABLE"))
        } + [
            Fault(
                .endpoint, "404, as for a wrong token", rest("post status 404"), caller: .people("http_404") + .atOnce,
                log: .says("UNAVAILABLE http_404", "is the token at the end of endpoint_url right")),
            Fault(
                .endpoint, "401", rest("post status 401"), caller: .people("unauthorized") + .atOnce,
                log: .says("UNAVAILABLE unauthorized", "the token at the end of endpoint_url was refused")),
            Fault(
                .endpoint, "500, always", rest("post status 500"), caller: .people("http_500") + .atOnce,
                left: .counted,
                log: .says("UNAVAILABLE http_500", "127.0.0.1 answered")),
            Fault(
                .endpoint, "503, once: the flow may have run, so it is not asked again",
                rest("post status 503 times 1"),
                caller: .people("http_503") + .atOnce, left: .counted, log: .says("UNAVAILABLE http_503")),
            Fault(
                .endpoint, "500 to a key, always", rest("post ok times 1\npost status 500"),
                caller: .people("http_500") + .atOnce, left: .counted, log: .says("UNAVAILABLE http_500")),
            Fault(
                .endpoint, "429 with Retry-After: 1, once", rest("post status 429 retry-after 1 times 1"),
                caller: .served,
                log: .notes("endpoint: HTTP 429; trying again")),
            Fault(
                .endpoint, "429 with a Retry-After of a year", rest("post status 429 retry-after 31536000"),
                caller: .people("rate_limited") + .atOnce, log: .says("UNAVAILABLE rate_limited")),
            Fault(
                .endpoint, "JSON of wrong types", rest(#"post reply {"outputStack":"x"}"#),
                caller: .people("bad_endpoint_reply") + .atOnce, log: .says("UNAVAILABLE bad_endpoint_reply")),
            Fault(
                .endpoint, "no JSON at all", rest("post garbage"), caller: .people("bad_endpoint_reply") + .atOnce,
                log: .says("UNAVAILABLE bad_endpoint_reply")),
            Fault(
                .endpoint, "JSON nested a hundred deep", rest("post deep"),
                caller: .people("bad_endpoint_reply") + .atOnce,
                log: .says("UNAVAILABLE bad_endpoint_reply")),
            Fault(
                .endpoint, "a body of 2 MiB", rest("post huge"), caller: .people("unreachable") + .atOnce,
                log: .says("UNAVAILABLE unreachable")),
            Fault(
                .endpoint, "no answer to the first request", rest("post hang", quick),
                caller: .people("unreachable") + .after("reply_timeout, three times", .seconds(3)), left: .counted,
                log: .says("UNAVAILABLE unreachable", "no answer from 127.0.0.1")),
            Fault(
                .endpoint, "the connection ends without an answer, once: the flow may have run",
                rest("post drop times 1"),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
            Fault(
                .endpoint, "the flow says that it failed", rest(#"event CALL_CREATED error "broken""#),
                caller: .people("flow_error") + .atOnce, log: .says("UNAVAILABLE flow_error")),
            Fault(
                .endpoint, "refused", Play(kind: .rest, wire: .init(fault: .refuses)),
                caller: .people("unreachable") + .atOnce, left: .counted,
                log: .says("UNAVAILABLE unreachable", "no connection to 127.0.0.1")),
            Fault(
                .endpoint, "reset on the way to a key's answer, once, on a connection that was used before",
                Play(kind: .rest, wire: .init(fault: .resets, marker: "\"5\"", times: 1)), caller: .served, log: .silent
            ),
            Fault(
                .endpoint, "the connection ends without an answer to a key, once",
                rest("post ok times 1\npost drop times 1"),
                caller: Cell("is served, but the flow may have the key twice", .served) {
                    $0.status == "COMPLETED" && ["59", "559"].contains($0.arrivedKeys)
                }, log: .silent),
        ]

    private static func socket(_ rules: String, _ settings: [String: String] = [:]) -> Play {
        Play(kind: .socketIO, rules: rules, settings: settings)
    }

    static let socketIO: [Fault] =
        [400, 403, 404, 500, 503].map { status in
            Fault(
                .socketIO, "\(status) to the handshake, always", socket("connect status \(status)"),
                caller: .people(status == 403 ? "forbidden" : "http_\(status)") + .atOnce,
                left: status >= 500 ? .counted : .nothing, log: .says("UNAVAILABLE"))
        } + [
            Fault(
                .socketIO, "503 to the handshake, once", socket("connect status 503 times 1"), caller: .served,
                log: .notes("endpoint: HTTP 503; attempt 1 of 2")),
            Fault(
                .socketIO, "no answer to the handshake", socket("connect hang", quick),
                caller: .people("setup_timeout") + .after("setup_timeout", .seconds(1)), left: .counted,
                log: .says("UNAVAILABLE setup_timeout")),
            Fault(
                .socketIO, "a handshake that is none", socket("connect garbage"), caller: .people("http_200") + .atOnce,
                log: .says("UNAVAILABLE http_200", "surface = rest")),
            Fault(
                .socketIO, "a wrong Sec-WebSocket-Accept", socket("connect bad-accept"),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE")),
            Fault(
                .socketIO, "an extension that nobody offered", socket("connect extension"),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE")),
            Fault(
                .socketIO, "the connection ends in the handshake, once", socket("connect drop times 1"),
                caller: .served,
                log: .notes("endpoint: the service dropped the connection; attempt 1 of 2")),
            Fault(
                .socketIO, "refused", Play(kind: .socketIO, wire: .init(fault: .refuses)),
                caller: .people("unreachable") + .atOnce, left: .counted,
                log: .says("UNAVAILABLE unreachable", "no connection to 127.0.0.1")),
            Fault(
                .socketIO, "reset as soon as it stands, always", Play(kind: .socketIO, wire: .init(fault: .resets)),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
            Fault(
                .socketIO, "taken and never answered",
                Play(kind: .socketIO, settings: quick, wire: .init(fault: .isSilent)),
                caller: .people("setup_timeout") + .after("setup_timeout", .seconds(1)), left: .counted,
                log: .says("UNAVAILABLE setup_timeout")),
            Fault(
                .socketIO, "half closed by the service", Play(kind: .socketIO, wire: .init(fault: .halfCloses)),
                caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
            Fault(
                .socketIO, "a wrong token",
                Play(
                    kind: .socketIO,
                    prepare: {
                        $0.environment["COGNIGY_ENDPOINT_URL"]?.replace("de30", with: "ab12")
                        return nil
                    }), caller: .people("refused") + .atOnce, log: .says("UNAVAILABLE refused", "token")),
            Fault(
                .socketIO, "never said to be ready", socket("ready hang"), caller: .served, log: .silent),
            Fault(
                .socketIO, "lost in mid-turn, once", socket("input 5 drop times 1"), caller: .served,
                log: .notes("1 of the inputs may be lost")),
            Fault(
                .socketIO, "closed by the service in mid-turn, once", socket("input 5 close 1011 times 1"),
                caller: .served,
                log: .notes("the service closed the socket with 1011; attempt 1 of 5")),
            Fault(
                .socketIO, "lost after every key",
                socket(
                    "input any drop", ["COGNIGY_TURNS_NO_INPUT_TIMEOUT": "1", "COGNIGY_TURNS_NO_INPUT_RETRIES": "0"]),
                caller: .ended("no_input"), log: .notes("1 of the inputs may be lost")),
            Fault(
                .socketIO, "the service dies in mid-call",
                Play(
                    kind: .socketIO, settings: ["COGNIGY_CALL_RECONNECT_ATTEMPTS": "1"], plan: [],
                    meanwhile: { call, pbx in if call.asterisk.record.sounds.count == 1 { pbx.service.kill() } }),
                caller: .people("socket_lost"), left: .counted, log: .says("UNAVAILABLE socket_lost")),
            Fault(
                .socketIO, "a masked frame", socket("input 5 frame 818000000000 times 1"), caller: .served,
                log: .notes("the service broke the protocol: a frame is masked")),
            Fault(
                .socketIO, "text that is not UTF-8", socket("input 5 frame 8101ff times 1"), caller: .served,
                log: .notes("the service broke the protocol: a text is not UTF-8")),
            Fault(
                .socketIO, "packets that nobody knows",
                socket("input 5 packet 9zzz\nthen packet 42[7\nthen packet 3probe"),
                caller: .served, log: .notes("message 1 of the endpoint is no packet of Socket.IO; it is ignored")),
            Fault(
                .socketIO, "an exception", socket(#"input 5 exception {"error":"broken"}"#),
                caller: .people("flow_error") + .atOnce, log: .says("UNAVAILABLE flow_error")),
            Fault(
                .socketIO, "the flow says that it failed", socket(#"input 5 error "broken""#),
                caller: .people("flow_error") + .atOnce, log: .says("UNAVAILABLE flow_error")),
            Fault(
                .socketIO, "the flow stops itself", socket("input 5 final cognigyStopFlow"),
                caller: .ended("flow_stopped"), log: .silent),
            Fault(
                .socketIO, "no answer to any key",
                socket("input any hang", ["COGNIGY_CALL_REPLY_TIMEOUT": "1", "COGNIGY_CALL_LATE_REPLIES": "1"]),
                caller: .people("no_reply"), log: .says("UNAVAILABLE no_reply", "the flow does not answer")),
        ]

    private static func dialog(_ rules: String, _ settings: [String: String] = [:]) -> Play {
        Play(
            kind: .dialog, rules: rules, settings: settings,
            plan: [.press("5", when: .whenWaiting, after: .milliseconds(50))])
    }

    private static func passing(_ rules: String) -> Play { Play(kind: .dialog, rules: rules) }

    static let dialog: [Fault] = dialogAnswers + dialogWires

    private static let dialogAnswers: [Fault] =
        [400, 404, 409].map { status in
            Fault(
                .dialog, "\(status)", dialog("dialog any status \(status)"),
                caller: .people("http_\(status)") + .atOnce,
                log: .says("UNAVAILABLE http_\(status)"))
        } + [
            Fault(
                .dialog, "401", dialog("dialog any status 401"), caller: .people("unauthorized") + .atOnce,
                log: .says("UNAVAILABLE unauthorized", "dialog:execute")),
            Fault(
                .dialog, "403", dialog("dialog any status 403"), caller: .people("forbidden") + .atOnce,
                log: .says("UNAVAILABLE forbidden", "dialog:execute")),
            Fault(
                .dialog, "429 with a Retry-After of a year", dialog("dialog any status 429 retry-after 31536000"),
                caller: .people("rate_limited") + .atOnce, log: .says("UNAVAILABLE rate_limited")),
            Fault(
                .dialog, "500, always", dialog("dialog any status 500"), caller: .people("http_500") + .saysGoodbye,
                log: .says("UNAVAILABLE http_500")),
            Fault(
                .dialog, "503, once", passing("dialog any status 503 times 1"), caller: .answered,
                log: .notes("dialog: HTTP 503; trying again")),
            Fault(
                .dialog, "no answer", dialog("dialog any hang", ["COGNIGY_CALL_REPLY_TIMEOUT": "1"]),
                caller: .people("unreachable") + .saysGoodbye, left: .counted,
                log: .says("UNAVAILABLE unreachable", "no answer from 127.0.0.1")),
            Fault(
                .dialog, "JSON of wrong types", dialog(#"dialog any reply {"outputs":7,"sessionData":"x"}"#),
                caller: .people("bad_dialog_reply") + .atOnce, log: .says("UNAVAILABLE bad_dialog_reply")),
            Fault(
                .dialog, "no JSON at all", dialog("dialog any garbage"), caller: .people("bad_dialog_reply") + .atOnce,
                log: .says("UNAVAILABLE bad_dialog_reply")),
            Fault(
                .dialog, "a body of 2 MiB", dialog("dialog any huge"), caller: .people("unreachable") + .atOnce,
                log: .says("UNAVAILABLE unreachable")),
            Fault(
                .dialog, "refused",
                Play(
                    kind: .dialog, wire: .init(fault: .refuses),
                    plan: [.press("5", when: .whenWaiting, after: .milliseconds(50))]),
                caller: .people("unreachable") + .saysGoodbye,
                left: .counted, log: .says("UNAVAILABLE unreachable", "no connection to 127.0.0.1")),
            Fault(
                .dialog, "the connection ends without an answer, once", passing("dialog any drop times 1"),
                caller: .answered, log: .perhaps("trying again")),
        ]
}
