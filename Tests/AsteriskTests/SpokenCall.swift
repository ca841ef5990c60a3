import Glibc
import JSON
import StandIn
import System
import TestService

/// A call over SIP in which the caller says one thing after another, and waits for each answer.
struct SpokenCall {
    /// What he says, at 8 kHz, and where its last word is over.
    struct Saying {
        let samples: [Int16]
        let end: Int
    }

    /// What the program of a call takes of the machine.
    struct Use {
        let seconds: Double
        /// ms of CPU a second of call.
        let cpu: Double
        let memory: ProcessMemory
    }

    let turns: [SpokenTurn]
    let use: Use

    init(_ stage: Stage, _ sayings: [Saying], _ delays: Delays) throws {
        let site = try Site(
            stage, delays.scenario(turns: sayings.count), log: false,
            settings: """
                trace = /var/log/asterisk/trace
                [cognigy]
                api_key = demo-api-key
                bot_id = demo-bot
                dialog_id = demo-dialog
                [speech]
                \(delays.settings)
                stt_key = demo-stt-key
                tts_url = @URL@
                tts_key = demo-tts-key
                """)
        let (telephone, call) = try site.telephone("talker")
        try site.wait("the ear") { site[call].current?.isWait == true }
        let meter = try Meter(site)
        var ends: [(word: Double, sound: Double, command: Double)] = []
        for (index, saying) in sayings.enumerated() {
            // The ear gets to know the silence of the line.
            try site.watch(.milliseconds(400))
            let begin = telephone.say(saying.samples)
            try site.wait("answer \(index + 1)") {
                site[call].streams.count > index && site[call].current?.isWait == true && !telephone.isSaying
            }
            let command = site[call].streams[index].start.time
            guard site[call].streams.count == index + 1, let word = telephone.time(ofSample: begin + saying.end),
                let sound = telephone.heard.first(where: { $0.isSound && $0.time > word })
            else { throw Site.Failed(description: "\(site[call].streams.count) answers to \(index + 1) words") }
            ends.append((word, sound.time, command))
        }
        use = try meter.read()
        telephone.hangUp()
        try site.settle([call])
        turns = try Self.turns(ends, site, try SpeechTrace(stage.asterisk).ends)
    }

    /// A call of one who says nothing and presses keys.
    static func withKeys(_ stage: Stage, count: Int) throws -> Use {
        let site = try Site(
            stage,
            """
            open send {"type":"response","audioUrl":"/audio/hello-8k-700ms.wav"}
            key any send {"type":"response","audioUrl":"/audio/answer-16k-700ms.wav"}
            """, log: false)
        let (telephone, call) = try site.telephone("rfc4733")
        try site.wait("the greeting") { site[call].streams.count == 1 && site[call].current?.isWait == true }
        let meter = try Meter(site)
        for number in 1...count {
            telephone.press("5")
            try site.wait("answer \(number)") {
                site[call].streams.count == number + 1 && site[call].current?.isWait == true
            }
            try site.watch(.seconds(1))
        }
        let use = try meter.read()
        telephone.hangUp()
        try site.settle([call])
        return use
    }

    private static func turns(
        _ ends: [(word: Double, sound: Double, command: Double)], _ site: Site, _ over: [Double]
    ) throws -> [SpokenTurn] {
        let entries = zip(site.service.journal, site.arrivals).map { ($0, $1) }
        // Its clock began when the service did. What came soonest after it was written tells when that was.
        let monotonic = WallClock.now() - MonotonicClock.now().inSeconds
        let start = entries.map { $1.inSeconds + monotonic - $0.time }.min() ?? 0
        func last(_ event: Journal.Event, before end: Double) -> Double? {
            entries.last { $0.0.event == event && start + $0.0.time < end }.map { start + $0.0.time }
        }
        return try ends.map { end in
            guard let voice = last(.tts, before: end.sound), let dialog = last(.dialog, before: voice + 0.002),
                let recognizer = last(.stt, before: dialog + 0.002),
                let over = over.last(where: { $0 < dialog + 0.002 })
            else { throw Site.Failed(description: "a turn that nobody tells of") }
            return SpokenTurn(
                lastWord: end.word, recognizerAsked: recognizer, over: over, dialogAsked: dialog, voiceAsked: voice,
                command: end.command, firstSound: end.sound)
        }
    }
}

extension SpokenCall {
    /// What one call's program takes from now on.
    private struct Meter {
        let process: ChildProcess
        let before: Double
        let began = MonotonicClock.now()

        init(_ site: Site) throws {
            guard let process = site.asterisk.children().first(where: { !$0.isZombie }) else {
                throw Site.Failed(description: "no program runs")
            }
            self.process = process
            before = Self.time(of: process.pid)
        }

        func read() throws -> Use {
            let seconds = (MonotonicClock.now() - began).inSeconds
            let used = Self.time(of: process.pid) - before
            return Use(seconds: seconds, cpu: used / seconds, memory: try ProcessMemory(of: process.pid))
        }

        /// What its one thread has run, in ms: proc_pid_schedstat(5), which counts nanoseconds.
        private static func time(of pid: pid_t) -> Double {
            let fields = contents(of: "/proc/\(pid)/schedstat")?.split(separator: " ")
            return (fields?.first.flatMap { Double($0) } ?? 0) / 1e6
        }
    }
}

/// What a call's trace says of speech.
private struct SpeechTrace {
    /// When each utterance was over, in seconds since 1970.
    let ends: [Double]

    /// The newest of this Asterisk.
    init(_ asterisk: Asterisk) throws {
        let names = try FolderListing.names(asterisk.world.path("log/trace")).sorted()
        let lines = String(decoding: try asterisk.bytes("log/trace/" + (names.last ?? "")), as: UTF8.self)
            .split(separator: "\n").compactMap { try? JSON(parsing: $0.utf8) }
        let start = lines.first?["wall clock"]?.number ?? 0
        ends = lines.compactMap { line in
            guard let at = line["at"]?.number, line["event"]?["speech"] != nil else { return nil }
            return start + at / 1e9
        }
    }
}
