import System
import TestService

extension Scene {
    static let speech = [
        Scene("speech is heard answered and interrupts: 8 kHz") { try speak($0) },
        Scene("speech is heard answered and interrupts: 16 kHz") {
            try speak($0, variables: ["EAGI_AUDIO_FORMAT": "slin16"])
        },
    ]

    private static let settings = """
        [cognigy]
        api_key = demo-api-key
        bot_id = demo-bot
        dialog_id = demo-dialog
        [speech]
        stt_url = @URL@/stt
        stt_key = demo-stt-key
        tts_url = @URL@
        tts_key = demo-tts-key
        """

    /// The caller speaks, hears the answer begin, and speaks again into it.
    private static func speak(_ stage: Stage, variables: [String: String] = [:]) throws -> String {
        let long = String(repeating: "This is a long answer that nobody hears to its end. ", count: 4)
        let site = try Site(stage, "stt say \"I want to pay my bill.\"\ndialog any say \"\(long)\"", settings: settings)
        try stage.asterisk.write(Espeak.samples("I want to pay my bill."), to: "sounds/speech.sln")
        let call = try site.call(variables: variables, context: "cognigy-voice")
        try site.wait("the ear") { site[call].current?.isWait == true }
        _ = try site.speak(call)
        try site.wait("the answer") { site[call].current?.isStream == true }
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
        return "stopped after \(milliseconds(stopped)) ms"
    }
}
