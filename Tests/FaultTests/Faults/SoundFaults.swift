import FakeAsterisk
import TestService

extension Faults {
    /// A key's answer is a sound, with words or without; the next key ends the call.
    private static func play(_ rules: String, words: String = "", url: String = "/audio/a-8k-300ms.wav") -> Play {
        Play(
            rules: rules + "\n" + #"key 5 send {"type":"response","text":"\#(words)","audioUrl":"\#(url)"}"#,
            plan: [
                .press("5", when: .whenHeard(1), after: .milliseconds(50)),
                .press("9", when: .whenHeard(2), after: .milliseconds(50)),
            ])
    }

    /// He waits for an answer that he does not hear.
    private static func mute(_ rules: String, url: String = "/audio/a-8k-300ms.wav") -> Play {
        var play = play(rules, url: url)
        play.plan = [.press("5", when: .whenHeard(1), after: .milliseconds(50))]
        return play
    }

    /// He stops what he hears of it, or the words.
    private static let large: Play = {
        var play = Self.play("audio any huge", words: "55")
        play.plan = [
            .press("5", when: .whenHeard(1), after: .milliseconds(50)),
            .press("9", when: .whenPlaying(2), after: .milliseconds(50)),
        ]
        return play
    }()

    private static let hearsWords = Cell.hears("hears the words", "SAY NUMBER 55")

    static let sounds: [Fault] =
        [
            ("404", "audio any status 404", "HTTP 404"), ("403", "audio any status 403", "HTTP 403"),
            ("500, always", "audio any status 500", "HTTP 500"), ("no sound in it", "audio any garbage", ""),
            ("the connection ends without an answer, always", "audio any drop", ""),
            ("a redirect in a circle", "audio any redirect /audio/a-8k-300ms.wav", "redirect"),
            ("a redirect to another host", "audio any redirect http://other.example/a.wav", "other.example"),
            ("a redirect into a private network", "audio any redirect http://169.254.169.254/a.wav", "169.254.169.254"),
        ].flatMap { name, rule, words in
            [
                Fault(
                    .sounds, "\(name); it has words", play(rule, words: "55"), caller: .served + hearsWords,
                    log: .notes("audio:", words)),
                Fault(
                    .sounds, "\(name); it has no words", mute(rule), caller: .people("no_voice") + .atOnce,
                    log: .says("UNAVAILABLE no_voice: the answer is not heard", words)),
            ]
        } + [
            Fault(
                .sounds, "11 MiB", large, caller: .served, log: .perhaps("too large")),
            Fault(
                .sounds, "503, once", play("audio any status 503 times 1"),
                caller: .served + .hears("hears the sound", "1"), log: .silent),
            Fault(
                .sounds, "the connection ends without an answer, once", play("audio any drop times 1"),
                caller: .served + .hears("hears the sound", "1"), log: .silent),
            Fault(
                .sounds, "it comes byte by byte", play("audio any slow", url: "/audio/a-8k-20ms.wav"),
                caller: .served + .hears("hears the sound", "1"), log: .silent),
            Fault(
                .sounds, "a host that audio_hosts does not name", mute("", url: "http://other.example/a.wav"),
                caller: .people("no_voice") + .atOnce,
                log: .says("UNAVAILABLE no_voice", "audio host other.example is not allowed")),
            Fault(
                .sounds, "an address that is none", mute("", url: "file:///etc/passwd"),
                caller: .people("no_voice") + .atOnce,
                log: .says("UNAVAILABLE no_voice", "audioUrl is no http or https address")),
            Fault(
                .sounds, "the file ends in its middle",
                play("audio any cut", words: "55", url: "/audio/a-8k-2000ms.wav"),
                caller: .served + hearsWords, log: .notes("audio:", "its text is spoken")),
        ]
}
