import FakeAsterisk
import TestService

extension Faults {
    private static let patience = ["COGNIGY_CALL_REPLY_TIMEOUT": "2"]

    private static func hearing(_ style: String, _ rules: String, _ settings: [String: String] = patience) -> Play {
        Play(kind: .recogniser(style), rules: rules, settings: settings)
    }

    private static func hearing(_ style: String, wire fault: FaultyWire.Fault, times: Int = .max) -> Play {
        Play(kind: .recogniser(style), settings: patience, wire: .init(fault: fault, times: times))
    }

    private static let understood = Cell("is understood", .served) { $0.status == "COMPLETED" && $0.reason == "end" }

    private static let batch: [Fault] =
        [400, 404].map { status in
            Fault(
                .recogniser, "\(status)", hearing("raw", "stt status \(status)"), caller: .people("http_\(status)"),
                log: .says("UNAVAILABLE http_\(status)", "stt_url"))
        } + [
            Fault(
                .recogniser, "401", hearing("raw", "stt status 401"), caller: .people("unauthorized"),
                log: .says("UNAVAILABLE unauthorized", "stt_key")),
            Fault(
                .recogniser, "500, always", hearing("raw", "stt status 500"), caller: .people("http_500"),
                log: .says("UNAVAILABLE http_500")),
            Fault(
                .recogniser, "503, once", hearing("raw", "stt status 503 times 1"), caller: understood,
                log: .perhaps("trying again")),
            Fault(
                .recogniser, "429 with a Retry-After of a year", hearing("raw", "stt status 429 retry-after 31536000"),
                caller: .people("rate_limited"), log: .says("UNAVAILABLE rate_limited")),
            Fault(
                .recogniser, "no JSON at all", hearing("raw", "stt garbage"), caller: .people("bad_stt_reply"),
                log: .says("UNAVAILABLE bad_stt_reply")),
            Fault(
                .recogniser, "JSON of wrong types", hearing("raw", #"stt reply {"text":[1],"transcript":7}"#),
                caller: .people("bad_stt_reply"), log: .says("UNAVAILABLE bad_stt_reply")),
            Fault(
                .recogniser, "a body of 2 MiB", hearing("raw", "stt huge"), caller: .people("unreachable"),
                log: .says("UNAVAILABLE unreachable")),
            Fault(
                .recogniser, "no answer", hearing("raw", "stt hang"), caller: .people("unreachable"),
                log: .says("UNAVAILABLE unreachable", "no answer from 127.0.0.1")),
            Fault(
                .recogniser, "the connection ends without an answer, once", hearing("raw", "stt drop times 1"),
                caller: understood, log: .perhaps("trying again")),
            Fault(
                .recogniser, "the port is closed", hearing("raw", wire: .refuses), caller: .people("unreachable"),
                log: .says("UNAVAILABLE unreachable", "no connection to 127.0.0.1")),
        ]

    private static let batchWires: [Fault] = wires.map { name, fault in
        Fault(
            .recogniser, name, hearing("raw", wire: fault), caller: .people("unreachable"),
            log: .says("UNAVAILABLE unreachable", "127.0.0.1"))
    }

    private static let streamed: [Fault] = ["websocket", "vosk"].flatMap { style in
        [
            Fault(
                .recogniser, "\(style): lost amid the words, once", hearing(style, "stt drop times 1"),
                caller: understood, log: .notes("speech to text: 127.0.0.1: the service dropped the connection")),
            Fault(
                .recogniser, "\(style): 401 to the handshake", hearing(style, "stt-socket status 401"),
                caller: .people("unauthorized"), log: .says("UNAVAILABLE unauthorized", "stt_key")),
            Fault(
                .recogniser, "\(style): 503 to the handshake, once", hearing(style, "stt-socket status 503 times 1"),
                caller: understood, log: .notes("speech to text: 127.0.0.1: HTTP 503 to the WebSocket")),
            Fault(
                .recogniser, "\(style): no answer to the handshake", hearing(style, "stt-socket hang"),
                caller: .people("unreachable"), log: .says("UNAVAILABLE unreachable")),
            Fault(
                .recogniser, "\(style): no result", hearing(style, "stt hang"), caller: .people("unreachable"),
                log: .says("UNAVAILABLE unreachable")),
            Fault(
                .recogniser, "\(style): no last result", hearing(style, "stt stall"), caller: understood,
                log: .perhaps("speech to text: 127.0.0.1")),
            Fault(
                .recogniser, "\(style): a result that is none", hearing(style, "stt garbage"),
                caller: .people("unreachable"), log: .says("UNAVAILABLE unreachable", "the reply is not JSON")),
            Fault(
                .recogniser, "\(style): the port is closed", hearing(style, wire: .refuses),
                caller: .people("unreachable"), log: .says("UNAVAILABLE unreachable", "127.0.0.1")),
            Fault(
                .recogniser, "\(style): reset as soon as it stands, twice", hearing(style, wire: .resets, times: 2),
                caller: understood, log: .perhaps("speech to text: 127.0.0.1")),
            Fault(
                .recogniser, "\(style): taken and never answered", hearing(style, wire: .isSilent),
                caller: .people("unreachable"), log: .says("UNAVAILABLE unreachable")),
        ]
    }

    static let recogniser: [Fault] = batch + batchWires + streamed

    // MARK: The voice

    /// He hears a number first, and then what a voice is to speak.
    private static func speaking(
        _ rules: String, _ settings: [String: String] = [:], wire fault: FaultyWire.Fault? = nil, times: Int = .max
    ) -> Play {
        Play(
            kind: .text("It takes a while."), rules: rules, settings: settings,
            wire: fault.map { .init(fault: $0, times: times) }, plan: [])
    }

    private static func spoken(_ rules: String, when trigger: CallPlan.Trigger = .whenHeard(1)) -> Play {
        var play = speaking(rules)
        play.plan = [.press("9", when: trigger, after: .milliseconds(50))]
        return play
    }

    private static func program(_ lines: String) -> Play {
        Play(
            kind: .text("It takes a while."), settings: ["COGNIGY_SPEECH_TTS_URL": ""], plan: [],
            prepare: { pbx in
                try pbx.folder.write("#!/bin/sh\n\(lines)\n", to: "voice", mode: 0o700)
                pbx.environment["COGNIGY_SPEECH_TTS_URL"] = nil
                pbx.environment["COGNIGY_SPEECH_TTS_KEY"] = nil
                pbx.environment["COGNIGY_SPEECH_TTS_COMMAND"] = pbx.folder.path("voice")
                return nil
            })
    }

    private static let voiceWires: [Fault] = wires.map { name, fault in
        Fault(
            .voice, name, speaking("", wire: fault), caller: .people("no_voice"),
            log: .says("UNAVAILABLE no_voice", "127.0.0.1"))
    }

    static let voice: [Fault] = voiceAnswers + voiceWires

    private static let voiceAnswers: [Fault] =
        [400, 401, 403, 404, 429, 500].map { status in
            Fault(
                .voice, "\(status), always", speaking("tts status \(status)"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice", "HTTP \(status)"))
        } + [
            Fault(
                .voice, "503, once", spoken("tts status 503 times 1"), caller: .served + .hears("hears the words", "1"),
                log: .silent),
            Fault(
                .voice, "no sound in the answer", speaking("tts garbage"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice", "text instead of samples")),
            Fault(
                .voice, "11 MiB of sound: it is heard as long as he likes", spoken("tts huge", when: .whenPlaying(1)),
                caller: .served, log: .perhaps("voice: the answer is too large; what came of it is heard")),
            Fault(
                .voice, "the connection ends without an answer, once", spoken("tts drop times 1"),
                caller: .served + .hears("hears the words", "1"), log: .silent),
            Fault(
                .voice, "no answer", speaking("tts hang"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice")),
            Fault(
                .voice, "the port is closed", speaking("", wire: .refuses), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice", "no connection to 127.0.0.1")),
            Fault(
                .voice, "a program that is not there",
                Play(
                    kind: .text("It takes a while."), plan: [],
                    prepare: {
                        $0.environment["COGNIGY_SPEECH_TTS_URL"] = nil
                        $0.environment["COGNIGY_SPEECH_TTS_KEY"] = nil
                        $0.environment["COGNIGY_SPEECH_TTS_COMMAND"] = "/nowhere/voice"
                        return nil
                    }), caller: .people("no_voice"), log: .says("UNAVAILABLE no_voice", "/nowhere/voice")),
            Fault(
                .voice, "a program that fails", program("exit 3"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice")),
            Fault(
                .voice, "a program that writes nothing", program("cat >/dev/null"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice")),
            Fault(
                .voice, "a program that writes no sound", program("echo hello"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice")),
            Fault(
                .voice, "a program that is killed", program("kill -9 $$"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice")),
            Fault(
                .voice, "a program that stands still (SIGSTOP)", program("kill -STOP $$"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice")),
            Fault(
                .voice, "a program that writes for ever", program("cat /dev/zero"), caller: .people("no_voice"),
                log: .says("UNAVAILABLE no_voice")),
        ]
}
