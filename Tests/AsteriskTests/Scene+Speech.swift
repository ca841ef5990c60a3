import Audio
import StandIn
import System
import TestService

extension Scene {
    static let speech = [
        Scene("speech is heard answered and interrupts: 8 kHz") { try speak($0) },
        Scene("speech is heard answered and interrupts: 16 kHz") {
            try speak($0, variables: ["EAGI_AUDIO_FORMAT": "slin16"])
        },
        Scene("speech is written down while it is said: jambonz") { try speak($0, style: "websocket") },
        Scene("speech is written down while it is said: Vosk") {
            try speak($0, style: "vosk", variables: ["EAGI_AUDIO_FORMAT": "slin16"])
        },
        Scene("speech is understood end to end") { try understand($0) },
        Scene("speech is understood while it is said") { try understand($0, isLive: true) },
        Scene("speech is heard while the voice still speaks") { try arrive($0, "paced 100", pause: 0) },
        Scene("speech that stands still on its way goes on") { try arrive($0, "paced 100 pause 600", pause: 0.6) },
        Scene("speech is what a flow hears, and interrupts it", speakToFlow),
    ]

    private static let dialog = """
        [cognigy]
        api_key = demo-api-key
        bot_id = demo-bot
        dialog_id = demo-dialog
        [speech]
        """
    /// The caller speaks, hears the answer begin, and speaks again into it. `style`: how he is written down while he speaks.
    private static func speak(
        _ stage: Stage, style: String? = nil, variables: [String: String] = [:]
    ) throws -> String {
        let long = String(repeating: "This is a long answer that nobody hears to its end. ", count: 4)
        let site = try Site(
            stage, "stt say \"I want to pay my bill.\"\ndialog any say \"\(long)\"",
            settings: """
                \(dialog)
                \(style.map { "stt_url = @SOCKET@/stt/\($0)\nstt_style = \($0)" } ?? "stt_url = @URL@/stt")
                stt_key = demo-stt-key
                tts_url = @URL@
                tts_key = demo-tts-key
                """)
        try stage.asterisk.write(speech("I want to pay my bill.", .sln), to: "sounds/speech.sln")
        let call = try site.call(variables: variables, context: "cognigy-voice")
        try site.wait("the ear") { site[call].current?.isWait == true }
        _ = try site.speak(call)
        try site.wait("the answer") { site[call].current?.isStream == true }
        let answered = try delay(site, call)
        let began = try site.speak(call)
        try site.wait("silence") { site[call].streams.first?.end != nil }
        try site.wait("the second answer") { site.service.count(.dialog) == 2 && site[call].current?.isStream == true }
        let stopped = (site[call].streams.first?.end?.time ?? 0) - began
        try site.hangUp(call)
        try site.settle([call])
        let end = site[call]
        try site.require(end.status == "HANGUP", "COGNIGY_STATUS \(end.status) \(end.reason)")
        let said = site.service.journal.filter { $0.event == .dialog }.compactMap { $0["text"]?.string }
        try site.require(Set(said) == ["I want to pay my bill."], "asked: \(said)")
        // 300 ms are the goal; a machine that is shared may take longer.
        try site.require(stopped < 0.8, "the answer went on for \(stopped) s")
        return "\(inWords([answered])), stopped after \(milliseconds(stopped)) ms"
    }

    /// What the caller says is what the dialog is asked, and what the dialog answers is what the caller hears.
    /// `isLive`: he is written down while he speaks.
    private static func understand(_ stage: Stage, isLive: Bool = false) throws -> String {
        guard Recogniser.isInstalled, !isLive || PythonPeer.hasRecogniser else { return "no recogniser installed" }
        let talk = [
            ("where is my order", "your order is on the way"), ("what are your opening hours", "we are open until six"),
            ("i want to pay my bill", "your bill is paid"),
        ]
        let others = ["connect me to an agent", "cancel my order", "please hold the line", "thank you and goodbye"]
        let recogniser = try Recogniser(phrases: talk.flatMap { [$0.0, $0.1] } + others)
        let synthesizer = try Synthesizer()
        let live = isLive ? try PythonPeer.recogniser(grammar: recogniser.grammar) : nil
        let listen =
            live.map { "stt_url = ws\($0.baseURL.dropFirst(4))\nstt_style = vosk" }
            ?? "stt_url = \(recogniser.service.url)/stt"
        let site = try Site(
            stage, talk.map { "dialog \"\($0.0)\" say \"\($0.1)\"" }.joined(separator: "\n"),
            settings: "\(dialog)\n\(listen)\ntts_url = \(synthesizer.service.url)")
        site.programs = [recogniser.service, synthesizer.service]
        let call = try site.call(
            variables: ["EAGI_AUDIO_FORMAT": "slin16"], context: "cognigy-voice", codec: "slin16")
        try site.wait("the ear") { site[call].current?.isWait == true }
        var delays: [Double] = []
        for (index, (words, answer)) in talk.enumerated() {
            try stage.asterisk.write(speech(words, .sln16, voice: "en-us+f3"), to: "sounds/speech.sln16")
            _ = try site.speak(call, robot: "talk")
            try site.wait("the answer to \(words)") {
                site[call].streams.count == index + 1 && site[call].current?.isStream == true
            }
            delays.append(try delay(site, call))
            try site.wait("the end of the answer") { site[call].current?.isWait == true }
            let asked = site.service.journal.last { $0.event == .dialog }?["text"]?.string
            try site.require(asked == words, "said: \(words); asked: \(asked ?? "nothing")")
            // Only then his recording is whole.
            try site.lead(call, to: "stay", until: "Wait")
            let heard = try recogniser.words(of: stage.asterisk.bytes("log/heard.sln16"))
            try site.require(heard == answer, "answered: \(answer); heard: \(heard)")
        }
        try site.hangUp(call)
        try site.settle([call])
        try site.require(site.service.count(.dialog) == talk.count, "\(site.service.count(.dialog)) dialog requests")
        try site.require(live?.violations.isEmpty ?? true, "\(live?.violations ?? [])")
        return inWords(delays)
    }

    /// A voice that sends its sound as fast as it is heard, and stands still in its middle. What the caller has heard is
    /// looked at frame by frame.
    private static func arrive(_ stage: Stage, _ pace: String, pause: Double) throws -> String {
        let words = String(repeating: "so much is to be said ", count: 7)
        let site = try Site(
            stage, "open send {\"type\":\"response\",\"text\":\"\(words)\"}\ntts \(pace)",
            settings: "[speech]\ntts_url = @URL@\ntts_key = demo-tts-key")
        let call = try site.call(robot: "listen")
        try site.wait("the words") { site.service.count(.tts) == 1 }
        let asked = MonotonicClock.now()
        try site.wait("the beginning") { site[call].current?.isStream == true }
        let began = (MonotonicClock.now() - asked).inSeconds
        try site.wait("the end") { site[call].streams.first?.end != nil && site[call].current?.isWait == true }
        try site.lead(call, to: "stay", until: "Wait")
        try site.hangUp(call)
        try site.settle([call])
        let heard = try stage.asterisk.bytes("log/heard.sln16")
        // Frames of 20 ms; the tone of the stand-in falls to nothing five times a second, for less than one.
        let isLoud = stride(from: 0, to: heard.count - 639, by: 640).map { start in
            (start..<start + 640).contains { $0 % 2 == 1 && (2..<0xFE).contains(heard[$0]) }
        }
        guard let first = isLoud.firstIndex(of: true), let last = isLoud.lastIndex(of: true) else {
            throw Site.Failed(description: "nothing was heard")
        }
        let gaps = isLoud[first...last].split(separator: true).map(\.count)
        let length = Double(last - first + 1) / 50
        let story = "\(length) s heard, silent for \(gaps.map { $0 * 20 }) ms"
        // The stand-in speaks for 3 s at most.
        try site.require(abs(length - 3 - pause) < 0.1, story)
        try site.require(site[call].streams.count == 1, "\(site[call].streams.count) streams")
        let longest = Double(gaps.max() ?? 0) / 50
        try site.require(longest <= pause + 0.04 && longest >= pause - 0.1, story)
        return "\(story), begun \(milliseconds(began)) ms after the voice was asked"
    }

    /// The caller speaks to a flow behind an endpoint, and again into its answer. A real recogniser listens, if there is
    /// one.
    private static func speakToFlow(_ stage: Stage) throws -> String {
        let words = ["i want to pay my bill", "thank you and goodbye"]
        let others = ["connect me to an agent", "cancel my order", "please hold the line"]
        let recogniser = Recogniser.isInstalled ? try Recogniser(phrases: words + others) : nil
        let listen = #"{"config":{"bargeIn":{"enable":true,"input":["speech"],"sticky":true}}}"#
        let site = try Site(
            stage,
            """
            stt say "\(words[0])" times 1
            stt say "\(words[1])"
            event CALL_CREATED command [\(listen),{"play":{"url":"/audio/hello-8k-300ms.wav"}}]
            input "\(words[0])" command {"play":{"url":"/audio/long-16k-9000ms.wav"}}
            input "\(words[1])" command {"verb":"hangup","headers":{"X-Reason":"the caller says goodbye"}}
            """,
            settings: """
                [speech]
                stt_url = \(recogniser?.service.url ?? "@URL@")/stt
                stt_key = demo-stt-key
                tts_url = @URL@
                tts_key = demo-tts-key
                """, endpoint: true)
        site.programs = recogniser.map { [$0.service] } ?? []
        let call = try site.call(
            variables: ["EAGI_AUDIO_FORMAT": "slin16"], context: "cognigy-voice", codec: "slin16")
        try site.wait("the greeting") { site[call].streams.count == 1 && site[call].current?.isWait == true }
        try stage.asterisk.write(speech(words[0], .sln16, voice: "en-us+f3"), to: "sounds/speech.sln16")
        _ = try site.speak(call)
        try site.wait("the answer") { site[call].streams.count == 2 && site[call].current?.isStream == true }
        try stage.asterisk.write(speech(words[1], .sln16, voice: "en-us+f3"), to: "sounds/speech.sln16")
        let began = try site.speak(call)
        try site.settle([call])
        let end = site[call]
        try site.require(end.status == "COMPLETED" && end.reason == "end", "\(end.status) \(end.reason)")
        let spoken = site.inputs(call).dropFirst()
        try site.require(spoken.allSatisfy { $0["name"] == "RECOGNIZED_SPEECH" }, "\(spoken)")
        let heard = spoken.map { input in
            (input["text"], input["data"]?["payload"]?["speech"]?["alternatives"]?.array?.first?["transcript"])
        }
        try site.require(
            heard.map { $0.0?.string } == words && heard.map { $0.1?.string } == words, "the flow heard \(heard)")
        let stopped = (end.streams[1].end?.time ?? 0) - began
        try site.require(stopped < 0.8, "the answer went on for \(stopped) s")
        return "2 turns, stopped after \(milliseconds(stopped)) ms"
    }

    /// Real speech, up to its last sound.
    private static func speech(_ text: String, _ format: SampleFormat, voice: String = "en") throws -> [UInt8] {
        var samples = try Espeak.samples(text, format, voice: voice)
        // Quieter than 64 of 32768 is silence.
        while samples.count >= 2 {
            let value = Int16(bitPattern: UInt16(samples[samples.count - 2]) | UInt16(samples[samples.count - 1]) << 8)
            if value.magnitude >= 64 { break }
            samples.removeLast(2)
        }
        return samples
    }

    /// From the last sample that the caller said to the command that plays the answer; the silence that ends an utterance
    /// is in it.
    private static func delay(_ site: Site, _ call: String) throws -> Double {
        guard let said = site.robots[call], said["Application"] != "Playback", let answer = site[call].current else {
            throw Site.Failed(description: "answered while the caller spoke")
        }
        return answer.start.time - said.time
    }

    private static func inWords(_ delays: [Double]) -> String {
        func list(_ delays: [Double]) -> String { delays.map { "\(Int(milliseconds($0)))" }.joined(separator: ", ") }
        return "answered after \(list(delays)) ms (\(list(delays.map { $0 - 0.5 })) after the silence)"
    }
}
