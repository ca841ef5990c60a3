import Glibc
import Testbed
import Testing

@testable import Audio

@Suite struct UtteranceDetectorTests {
    private static let second = 16_000

    private func bytes(_ samples: [Int16]) -> [UInt8] {
        samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    private func settings(rate: Int = 16_000, _ change: (inout UtteranceDetector.Settings) -> Void = { _ in })
        -> UtteranceDetector.Settings
    {
        var settings = UtteranceDetector.Settings()
        settings.rate = rate
        change(&settings)
        return settings
    }

    /// What is heard when the bytes come in pieces of 20 ms, or of these lengths.
    private func heard(
        _ samples: [Int16], _ settings: UtteranceDetector.Settings, pieces: (() -> Int)? = nil
    ) throws -> [UtteranceDetector.Event] {
        var ear = try UtteranceDetector(settings)
        var events: [UtteranceDetector.Event] = []
        var rest = bytes(samples)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(pieces?() ?? settings.rate / 25)
            events += ear.hear(Array(piece))
            rest = rest.dropFirst(piece.count)
        }
        return events
    }

    private func utterances(_ events: [UtteranceDetector.Event]) -> [UtteranceDetector.Heard] {
        events.compactMap { if case .over(let heard) = $0 { heard } else { nil } }
    }

    private func begun(_ events: [UtteranceDetector.Event]) -> [Int] {
        events.compactMap { if case .began(let position) = $0 { position } else { nil } }
    }

    /// Silence, a voice and silence, in ms at 16 kHz; without gaps in the voice at its ends.
    private func said(_ lengths: (before: Int, voice: Int, after: Int), noise: Float? = -60) -> [Int16] {
        let count = { $0 * Self.second / 1000 }
        let voice = Babbler.samples(count(lengths.voice)).samples(at: -25)
        let all = [Int16].silence(count(lengths.before)) + voice + .silence(count(lengths.after))
        guard let noise else { return all }
        return .mix(all, Noise.white.samples(all.count, rate: Self.second, seed: 9).samples(at: noise))
    }

    private func halved(_ samples: [Int16]) -> [Int16] {
        stride(from: 0, to: samples.count - 1, by: 2).map { Int16((Int(samples[$0]) + Int(samples[$0 + 1])) / 2) }
    }

    // MARK: Where it ends

    /// A voice from 1000 to 3960 ms, and from 2000 ms to the end another that is fainter by 20 dB.
    private var saidBesideAnother: [Int16] {
        let other = Babbler.samples(5 * Self.second, pitch: 210).samples(at: -45)
        return .mix(said((1000, 2960, 3040)), .silence(2 * Self.second) + other)
    }

    /// Comfort noise, music or a television may go on for as long as the call does.
    @Test func anUtteranceEndsThoughSomebodyFainterGoesOn() throws {
        let events = try heard(saidBesideAnother, settings()).prefix(4)
        let words = events.map { event in
            switch event {
            case .began: "began"
            case .isSure: "is sure"
            case .piece: "piece"
            case .pauses: "pauses"
            case .goesOn: "goes on"
            case .over: "over"
            }
        }
        #expect(words == ["began", "is sure", "pauses", "over"])
        let utterance = try #require(utterances(Array(events)).first)
        // 800 ms after 3960.
        #expect((4600 * 16...5000 * 16).contains(utterance.position + utterance.samples.count))
    }

    @Test func aSilenceThatIsSetLongerIsWaitedForInNoiseToo() throws {
        let events = try heard(saidBesideAnother, settings { $0.endSilence = .milliseconds(1500) })
        let utterance = try #require(utterances(events).first)
        // 1800 ms after 3960.
        #expect((5600 * 16...6000 * 16).contains(utterance.position + utterance.samples.count))
    }

    /// Two harmonics of it have nearly all of its power, as two tones of a key have.
    @Test func theLongVowelOfAHighVoiceCutsNothing() throws {
        let vowel = (0..<Self.second * 7 / 10).map { index in
            [(1, 1.0), (2, 0.6), (3, 0.15)].reduce(Float(0)) { sum, partial in
                sum + Float(partial.1 * sin(2 * Double.pi * 310 * Double(partial.0 * index) / Double(Self.second)))
            }
        }
        let samples = said((500, 960, 0)) + vowel.samples(at: -25) + said((0, 960, 1000))
        #expect(try utterances(heard(samples, settings())).count == 1)
    }

    // MARK: One utterance

    @Test func anUtteranceIsWhatCameWithWhatWasBeforeItAndTheSilenceThatEndedIt() throws {
        let samples = said((1000, 960, 1500))
        let events = try heard(samples, settings())
        #expect(events.count == 4 && events[1] == .isSure)
        let utterance = try #require(utterances(events).first)
        #expect(begun(events) == [utterance.position])
        #expect(!utterance.isCut)
        let end = utterance.position + utterance.samples.count
        #expect(utterance.samples == Array(samples[utterance.position..<end]))
        // 300 ms before 1000, and 500 ms after 1960; the ear has a step of 20 ms and hears 12 ms ahead.
        #expect((10_560...11_520).contains(utterance.position))
        #expect((39_360...40_640).contains(end))
    }

    @Test func speechIsToldWhileItIsSaid() throws {
        let samples = said((1000, 960, 0))
        var ear = try UtteranceDetector(settings())
        let events = ear.hear(bytes(Array(samples[..<(1200 * 16)])))
        #expect(begun(events).count == 1)
    }

    @Test func theFirstSampleOfTheCallMayBeSpeech() throws {
        let events = try heard(said((0, 960, 1000)), settings())
        #expect(utterances(events).first?.position == 0)
    }

    @Test(arguments: [0, 100, 300, 1000])
    func whatWasBeforeIsAsLongAsSet(milliseconds: Int) throws {
        let samples = said((2000, 960, 1000))
        let events = try heard(samples, settings { $0.preRoll = .milliseconds(milliseconds) })
        let without = try heard(samples, settings { $0.preRoll = .zero })
        #expect(begun(events) == [try #require(begun(without).first) - milliseconds * 16])
    }

    @Test(arguments: [300, 500, 1000])
    func theSilenceThatEndsAnUtteranceIsAsLongAsSet(milliseconds: Int) throws {
        let samples = said((1000, 960, 2000))
        let end = { (events: [UtteranceDetector.Event]) in
            utterances(events).first.map { $0.position + $0.samples.count }
        }
        let events = try heard(samples, settings { $0.endSilence = .milliseconds(milliseconds) })
        let shortest = try heard(samples, settings { $0.endSilence = .milliseconds(200) })
        #expect(end(events) == end(shortest).map { $0 + (milliseconds - 200) * 16 })
    }

    @Test func howMuchSilenceEndsAnUtteranceMayBeSaidWhileItLasts() throws {
        let samples = said((1000, 960, 2000))
        let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        func end(_ silence: Duration?) throws -> Int? {
            var ear = try UtteranceDetector(settings())
            var events: [UtteranceDetector.Event] = []
            for start in stride(from: 0, to: bytes.count, by: 320) {
                let heard = ear.hear(Array(bytes[start..<min(start + 320, bytes.count)]))
                events += heard
                if let silence, heard.contains(where: { if case .pauses = $0 { true } else { false } }) {
                    events += ear.ends(after: silence)
                }
            }
            return utterances(events).first.map { $0.position + $0.samples.count }
        }
        let usual = try #require(try end(nil))
        #expect(try end(.milliseconds(500)) == usual)
        #expect(try end(.milliseconds(1000)) == usual + 500 * 16)
        // It has lasted so long already.
        #expect(try end(.milliseconds(100)) == usual - 200 * 16)
    }

    @Test func aShortPauseEndsNothingAndALongOneDoes() throws {
        let short = said((500, 960, 300)) + said((0, 960, 1000))
        #expect(try utterances(heard(short, settings())).count == 1)
        let long = said((500, 960, 800)) + said((0, 960, 1000))
        #expect(try utterances(heard(long, settings())).count == 2)
    }

    @Test func speechSoonAfterAnUtteranceHasItsPreRollAllTheSame() throws {
        let samples = said((500, 960, 640)) + said((0, 960, 1000))
        let heard = try utterances(heard(samples, settings()))
        #expect(heard.count == 2)
        #expect(heard[1].position < (500 + 960 + 640 - 240) * 16)
        #expect(heard[1].samples == Array(samples[heard[1].position...].prefix(heard[1].samples.count)))
    }

    // MARK: Bytes

    @Test(arguments: [8000, 16_000])
    func itDoesNotMatterHowTheBytesAreSplit(rate: Int) throws {
        let all = said((400, 700, 700)) + said((0, 500, 900))
        let samples = rate == 8000 ? halved(all) : all
        let events = try heard(samples, settings(rate: rate))
        #expect(utterances(events).count == 2)
        #expect(try heard(samples, settings(rate: rate)) { 1 } == events)
        #expect(try heard(samples, settings(rate: rate)) { .max } == events)
        for seed in 1...20 {
            var random = SeededGenerator(seed: UInt64(seed))
            #expect(try heard(samples, settings(rate: rate)) { .random(in: 1...1500, using: &random) } == events)
        }
    }

    @Test func telephoneSoundComesOutAt16000() throws {
        let samples = halved(said((1000, 960, 1000)))
        let utterance = try #require(try utterances(heard(samples, settings(rate: 8000))).first)
        var resampler = try Resampler(from: 8000, to: 16_000)
        let all = resampler.process(samples)
        #expect(utterance.samples == Array(all[utterance.position...].prefix(utterance.samples.count)))
        #expect((10_560...11_520).contains(utterance.position))
    }

    @Test func noBytesAndHalfASampleAreNothing() throws {
        var ear = try UtteranceDetector(settings())
        #expect(ear.hear([]) == [])
        #expect(ear.hear([1]) == [])
    }

    /// From a quarter of a second to the edge of what counts as more.
    @Test(arguments: [(240, 0), (300, 0), (560, 1), (2000, 1)])
    func aShortSoundIsNotSure(_ length: Int, _ count: Int) throws {
        let events = try heard(said((1000, length, 1500)), settings())
        #expect(utterances(events).count == 1)
        #expect(events.filter { $0 == .isSure }.count == count)
    }

    @Test func aPauseIsToldBeforeTheEndAndTakenBackWhereHeGoesOn() throws {
        let pause = [Int16].silence(Self.second * 4 / 10)
        let events = try heard(said((1000, 960, 0)) + pause + said((0, 960, 1500)), settings())
        let utterance = try #require(utterances(events).first)
        let pauses = events.compactMap { event -> Int? in
            if case .pauses(let samples) = event {
                #expect(samples == Array(utterance.samples.prefix(samples.count)))
                return samples.count
            }
            return nil
        }
        #expect(pauses.count == 2 && events.filter { $0 == .goesOn }.count == 1)
        // The last one comes 200 ms before the end.
        #expect(utterance.samples.count - (pauses.last ?? 0) == 3200)
    }

    // MARK: While he says it

    /// In an utterance that is cut in the middle of a piece, the last one has some more.
    @Test(arguments: [30_000, 1357]) func thePiecesOfAnUtteranceAreTheUtterance(longest: Int) throws {
        let events = try heard(
            said((1000, 1960, 1500)) + said((0, 960, 1500)),
            settings {
                $0.isLive = true
                $0.longest = .milliseconds(longest)
            })
        var pieces: [Int16] = []
        var count = 0
        for event in events {
            switch event {
            case .began: pieces = []
            case .piece(let samples):
                if pieces.isEmpty, longest == 30_000 { #expect(samples.count >= 300 * 16) }
                pieces += samples
            case .pauses(let samples): #expect(samples.starts(with: pieces) && samples.count - pieces.count < 16 * 80)
            case .over(let utterance):
                // The rest came together with the end.
                let common = min(pieces.count, utterance.samples.count)
                #expect(pieces.prefix(common) == utterance.samples.prefix(common))
                #expect(abs(utterance.samples.count - pieces.count) <= 16 * 80)
                count += 1
            case .isSure, .goesOn: break
            }
        }
        #expect(count >= 2)
    }

    @Test func nothingIsToldAheadUnlessSomebodyListens() throws {
        let events = try heard(said((1000, 1960, 1500)), settings())
        #expect(!events.contains { if case .piece = $0 { true } else { false } })
    }

    @Test func aRateThatCannotBeIsRefused() {
        #expect(throws: AudioRefusal.rate(7)) { _ = try UtteranceDetector(settings(rate: 7)) }
    }

    // MARK: Without end

    @Test func whoeverSpeaksTooLongIsCutWithoutLosingASample() throws {
        let samples = said((1000, 70_000, 1500))
        let events = try heard(samples, settings())
        let heard = utterances(events)
        #expect(heard.map(\.isCut) == [true, true, false])
        #expect(begun(events) == heard.map(\.position))
        #expect(heard[0].samples.count == 30 * Self.second)
        #expect(heard[1].samples.count == 30 * Self.second)
        let joined = heard.flatMap(\.samples)
        #expect(joined == Array(samples[heard[0].position..<heard[0].position + joined.count]))
        #expect((71_400...71_600).contains((heard[0].position + joined.count) / 16))
        // Each is told before it is over, and over before the next.
        for (index, event) in events.filter({
            if case .began = $0 { true } else if case .over = $0 { true } else { false }
        }).enumerated() {
            if case .began = event { #expect(index % 2 == 0) } else { #expect(index % 2 == 1) }
        }
    }

    @Test func theSilenceAfterACutIsNoUtterance() throws {
        // The voice ends within the 500 ms before the cut.
        let events = try heard(said((1000, 1360, 3000)), settings { $0.longest = .milliseconds(2000) })
        #expect(utterances(events).map(\.isCut) == [true])
        #expect(begun(events).count == 1)
    }

    @Test func anUtteranceOfAnyLengthMayBeTheLongest() throws {
        let samples = said((1000, 5000, 1000))
        let events = try heard(samples, settings { $0.longest = .milliseconds(1357) })
        let heard = utterances(events)
        #expect(heard.dropLast().allSatisfy { $0.samples.count == 1357 * 16 && $0.isCut })
        let joined = heard.flatMap(\.samples)
        #expect(joined == Array(samples[heard[0].position..<heard[0].position + joined.count]))
    }

    @Test func littleIsKeptInSilence() throws {
        var ear = try UtteranceDetector(settings(rate: 8000))
        let minute = bytes(Noise.white.samples(60 * 8000, rate: 8000, seed: 4).samples(at: -50))
        for _ in 0..<5 {
            #expect(ear.hear(minute) == [])
            #expect(ear.kept.count <= Self.second)
        }
    }

    @Test func atMostAnUtteranceIsKeptInSpeech() throws {
        var ear = try UtteranceDetector(settings { $0.longest = .seconds(2) })
        let words = bytes(said((0, 5000, 0)))
        for _ in 0..<10 {
            _ = ear.hear(words)
            #expect(ear.kept.count <= 2 * Self.second + 320)
        }
    }

    // MARK: No speech

    @Test func silenceOfZerosIsHeardAsNothing() throws {
        #expect(try heard(.silence(60 * 8000), settings(rate: 8000)) == [])
    }

    @Test(arguments: Noise.allCases)
    func noiseOfATelephoneLineIsHeardAsNothing(noise: Noise) throws {
        let samples = noise.samples(20 * 8000, rate: 8000, seed: 3).samples(at: -25)
        #expect(try heard(samples, settings(rate: 8000)) == [])
    }

    @Test func noiseThatSetsInDuringSpeechDoesNotMakeItEndless() throws {
        let quiet = said((500, 960, 0))
        let noise = Noise.white.samples(10 * Self.second, rate: Self.second, seed: 5).samples(at: -30)
        let heard = try utterances(heard(quiet + noise, settings()))
        #expect(heard.count == 1)
        #expect(heard[0].samples.count < 5 * Self.second)
    }
}
