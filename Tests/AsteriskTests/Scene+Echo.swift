import Audio
import StandIn
import System
import TestService

extension Scene {
    static let echo = [Scene("a line with an echo: the caller is heard, the bot is not", listenOverEcho)]

    /// What comes back sooner than after 100 ms comes too late from a telephone that is a process on a busy machine.
    private static let lines = [
        Telephone.Echo(delay: .milliseconds(100), decibels: -15),
        Telephone.Echo(delay: .milliseconds(300), decibels: -15),
        Telephone.Echo(delay: .milliseconds(200), decibels: -20),
    ]
    /// Four sentences, 20 s of speech and more, and one to speak into.
    private static let answer = [
        "I have found three orders under your number, and the second of them is on its way to you, as the parcel service says",
        "The first one was brought to your neighbour on Monday in the afternoon, because nobody answered the door at that time",
        "The third one is still with us, since one of the two books is printed anew and comes back at the end of the month",
        "For each of them you have a letter with the number of the parcel, and the address of the shop that will keep it",
        "If you want to know when the second one will arrive then say so, or tell me what else I can do for you today and now",
    ]

    /// Three telephones at once return what they play. Nothing of it is taken for the caller, and no prompt is stopped for
    /// it; a caller who speaks into one stops it and is heard.
    private static func listenOverEcho(_ stage: Stage) throws -> String {
        stage.asterisk.goFirst(true)
        defer { stage.asterisk.goFirst(false) }
        let synthesizer = try Synthesizer()
        let site = try Site(
            stage, "stt say \"Where is my order?\"\ndialog any say \"\(answer.joined(separator: ". ")).\"",
            settings: """
                [cognigy]
                api_key = demo-api-key
                bot_id = demo-bot
                dialog_id = demo-dialog
                [speech]
                stt_url = @URL@/stt
                stt_key = demo-stt-key
                tts_url = \(synthesizer.service.url)
                """)
        site.programs = [synthesizer.service]
        let question = try telephoneSpeech("Where is my order?")
        let objection = try telephoneSpeech("No, the other one.")
        let callers = try lines.map { try site.telephone("talker", echo: $0) }
        for (telephone, call) in callers {
            try site.wait("the ear") { site[call].current?.isWait == true }
            telephone.say(question)
        }
        try site.wait("the answers") { callers.allSatisfy { site[$0.call].current?.isStream == true } }
        let asked = site.service.count(.stt)
        try site.wait("the last sentences") {
            callers.allSatisfy {
                site[$0.call].streams.count >= answer.count && site[$0.call].current?.isStream == true
            }
        }
        let spoken = callers.map { site[$0.call].streams.dropLast().reduce(0) { $0 + $1.length } }
        for (caller, length) in zip(callers, spoken) {
            let streams = site[caller.call].streams
            // One that was held would have gone on from where it was.
            try site.require(
                streams.count == answer.count && streams.allSatisfy { $0.command.hasSuffix(" 0") },
                "stopped: \(story(site, callers.map(\.call)))")
            try site.require(length > 20, "only \(length) s of prompts: \(story(site, callers.map(\.call)))")
        }
        try site.require(
            site.service.count(.stt) == asked && site.service.count(.dialog) == callers.count,
            "heard itself: \(story(site, callers.map(\.call)))")
        // Into the middle of a sentence.
        try site.watch(.seconds(1))
        let begins = callers.map { $0.telephone.say(objection) }
        try site.wait("the second answers") {
            site.service.count(.dialog) == 2 * callers.count
                && callers.allSatisfy { site[$0.call].streams.count > answer.count }
        }
        let stops = try zip(callers, begins).map { caller, begin in
            try silence(after: begin, caller.telephone, site[caller.call])
        }
        for (telephone, _) in callers { telephone.hangUp() }
        try site.settle(callers.map(\.call))
        try site.require(site.service.count(.dialog) == 2 * callers.count, "\(site.service.count(.dialog)) questions")
        try site.require(
            stops.allSatisfy { $0 < 0.4 }, "the answers went on for \(stops) s; \(story(site, callers.map(\.call)))")
        return "\(Int(spoken.min() ?? 0)) s; stopped after \(stops.map { Int(milliseconds($0)) }) ms"
    }

    /// What each prompt began at and how long it was, and when speech came and questions were asked.
    private static func story(_ site: Site, _ calls: [String]) -> String {
        let streams = calls.map { call in
            site[call].streams.map { "\($0.command.split(separator: " ").last ?? "")+\(Int($0.length * 1000))" }
        }
        let asked = site.service.journal.filter { $0.event == .stt || $0.event == .dialog }.map { entry in
            "\(entry.event) \(entry.time) \(entry["bytes"]?.text ?? "")"
        }
        return "\(streams); \(asked)"
    }

    /// From the first sound of the caller's words to the last of the prompt, as his telephone had them.
    private static func silence(after begin: Int, _ telephone: Telephone, _ call: RealCall) throws -> Double {
        let stream = call.streams[answer.count - 1]
        let next = call.streams[answer.count].start.time
        guard let began = telephone.time(ofSample: begin), let end = stream.end?.time, end < next,
            // Asterisk tells of a command a moment after its first sound.
            let last = telephone.heard.last(where: { $0.isSound && $0.time < (end + next) / 2 })
        else { throw Site.Failed(description: "no end of the prompt was heard") }
        return last.time - began
    }

    /// Speech for a telephone, without what is silent before and after it, no louder than people are.
    static func telephoneSpeech(_ text: String, voice: String = "en") throws -> [Int16] {
        let bytes = try Espeak.samples(text, .sln, voice: voice)
        let samples = bytes.withUnsafeBytes { Array($0.bindMemory(to: Int16.self)) }.map { $0 / 2 }
        guard let first = samples.firstIndex(where: { $0.magnitude >= 64 }),
            let last = samples.lastIndex(where: { $0.magnitude >= 64 })
        else { throw Site.Failed(description: "nothing is said") }
        return Array(samples[first...last])
    }
}
