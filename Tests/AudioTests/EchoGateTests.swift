import Glibc
import Testbed
import Testing

@testable import Audio

/// What the caller is played comes back on the line, later and fainter, and is not taken for him.
@Suite struct EchoGateTests {
    private static let rate = 16_000

    private static let prompts: [[Int16]] = [
        SpokenVoice(
            name: "en-us+f3", speed: 160, pitch: 55,
            texts: ["Welcome to our service. Please tell me in a few words what I can do for you today."]),
        SpokenVoice(
            name: "en-us+f3", speed: 160, pitch: 55,
            texts: ["I have found three orders under your number. Which one of them do you want to talk about?"]),
    ].map { said($0, -20) }
    private static let caller = said(
        SpokenVoice(name: "de", speed: 160, pitch: 40, texts: ["Nein, etwas anderes."]), -25)

    /// Without the silence around.
    private static func said(_ voice: SpokenVoice, _ level: Float) -> [Int16] {
        guard let spoken = try? voice.speak(rate: rate, level: level), let words = spoken.words.first else { return [] }
        return Array(spoken.samples[words])
    }

    /// A call in which both prompts are played, each after a second.
    private struct Call {
        var prompts = EchoGateTests.prompts
        var level: Float? = -20
        var delay = Duration.milliseconds(120)
        /// How much later than told each prompt is played.
        var late = [Duration.zero, .milliseconds(80)]
        /// When the caller begins to speak, after the beginning of the second prompt.
        var speaks: Duration?
        var isTold = true
        var isUnseen = false
        /// What is left out of the line between the prompts.
        var leavesOut = Duration.zero

        /// When utterances began, and the moment when the caller did.
        func began() throws -> (events: [Int], caller: Int?) {
            let count = { (time: Duration) in Int(time / .milliseconds(1)) * EchoGateTests.rate / 1000 }
            var starts: [Int] = []
            var length = EchoGateTests.rate
            for prompt in prompts {
                starts.append(length)
                length += prompt.count + EchoGateTests.rate
            }
            var line = Noise.white.samples(length, rate: EchoGateTests.rate, seed: 5).samples(at: -68)
            if let level {
                let share = pow(10, level / 20)
                for (index, prompt) in prompts.enumerated() {
                    let start = starts[index] + count(delay + late[index])
                    for (offset, sample) in prompt.enumerated() where start + offset < length {
                        line[start + offset] += Int16(Float(sample) * share)
                    }
                }
            }
            let speech = speaks.map { starts[1] + count($0) }
            if let speech {
                for (offset, sample) in EchoGateTests.caller.enumerated() { line[speech + offset] += sample }
            }
            return (try hear(line, starts, leftOut: count(leavesOut)), speech)
        }

        private func hear(_ line: [Int16], _ starts: [Int], leftOut: Int) throws -> [Int] {
            var settings = UtteranceDetector.Settings()
            settings.rate = EchoGateTests.rate
            var ear = try UtteranceDetector(settings)
            var events: [Int] = []
            var position = 0
            while position + 320 <= line.count {
                for (start, prompt) in zip(starts, prompts) where isTold {
                    let (from, to) = (max(start, position), min(start + prompt.count, position + 320))
                    if isUnseen, from < to { ear.playsUnseen(to < start + prompt.count) }
                    if isUnseen || from >= to { continue }
                    ear.played(Array(prompt[from - start..<to - start]), at: from)
                }
                // The silence before the second prompt.
                if (starts[1] - 8000..<starts[1] - 8000 + leftOut).contains(position) {
                    ear.skip(320)
                } else {
                    let bytes = line[position..<position + 320].flatMap {
                        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
                    }
                    for case .began in ear.hear(bytes) { events.append(position + 320) }
                }
                position += 320
            }
            return events
        }
    }

    @Test func withoutKnowingWhatIsPlayedTheBotHearsItself() throws {
        var call = Call()
        call.isTold = false
        #expect(try call.began().events.isEmpty == false)
    }

    @Test(arguments: [-30, -20, -15], [40, 120, 400])
    func theEchoOfAPromptIsNotTheCaller(level: Int, delay: Int) throws {
        let call = Call(level: Float(level), delay: .milliseconds(delay))
        #expect(try call.began().events == [])
    }

    /// The bands of a quick speaker are loud for a moment each, and the echo of a moment is found in the ones beside it.
    @Test(arguments: [-15, -12], [40, 120, 400])
    func theEchoOfAQuickVoiceIsNotTheCaller(level: Int, delay: Int) throws {
        let voice = SpokenVoice(
            name: "en-us", speed: 175, pitch: 50,
            texts: [
                "I have found three orders under your number, and the second of them is on its way to you, as the parcel "
                    + "service says."
            ])
        var call = Call(level: Float(level), delay: .milliseconds(delay))
        call.prompts = [Self.said(voice, -16), Self.said(voice, -16)]
        #expect(try call.began().events == [])
    }

    @Test(arguments: [nil, -30, -20, -15])
    func whoSpeaksOverAPromptIsHeard(level: Int?) throws {
        for moment in [300, 1500, 3000] {
            let call = Call(level: level.map { Float($0) }, speaks: .milliseconds(moment))
            let (events, caller) = try call.began()
            let first = try #require(events.first, "\(moment) ms")
            let latency = first - (try #require(caller))
            #expect(latency > 0 && latency < 16 * 500, "\(latency / 16) ms after \(moment) ms")
        }
    }

    @Test func aLineThatLeavesOutSilenceIsComparedAtTheRightMoments() throws {
        var call = Call(level: -15)
        call.leavesOut = .milliseconds(400)
        #expect(try call.began().events == [])
    }

    @Test func whatIsPlayedUnseenIsNotTheCallerAndHeIsHeardOverIt() throws {
        var call = Call(level: -25)
        call.isUnseen = true
        #expect(try call.began().events == [])
        call.speaks = .milliseconds(1500)
        let (events, caller) = try call.began()
        #expect(try #require(events.first) > (try #require(caller)))
    }

    /// It is only after a second of silence that nothing of it can come back.
    @Test func afterAPromptFaintVoicesAreHeardAgain() throws {
        var gate = EchoGate(at: 0)
        gate.played([Int16](repeating: 8000, count: 320), at: 0)
        let silence = [Int16](repeating: 0, count: 320)
        let echoes = (0..<60).map { _ in silence.withUnsafeBufferPointer { gate.hear($0) } }
        #expect(echoes[0] != nil)
        #expect(echoes[59] == nil)
    }

    @Test func whatWasPlayedIsKeptByPosition() {
        var sound = PlayedSound()
        #expect(sound.isOver(before: 320))
        let isFirst = sound.add([Int16](repeating: 1, count: 400), at: 1000)
        let isOther = sound.add([Int16](repeating: 2, count: 100), at: 1400)
        #expect(isFirst && !isOther)
        #expect(!sound.isOver(before: 1819) && sound.isOver(before: 1820))
        #expect(sound.samples(before: 1160) == .silence(160) + [Int16](repeating: 1, count: 160))
        #expect(
            sound.samples(before: 1550)
                == [Int16](repeating: 1, count: 170) + [Int16](repeating: 2, count: 100) + .silence(50))
        // A gap is silence, also where the ring held something else.
        let isAnother = sound.add([3], at: 40_000)
        #expect(isAnother)
        #expect(sound.samples(before: 40_001) == .silence(319) + [3])
        let isFar = sound.add([4], at: 1_000_000)
        #expect(isFar)
        #expect(sound.samples(before: 1_000_001) == .silence(319) + [4])
    }
}
