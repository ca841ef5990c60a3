import Audio
import Testbed
import Testing

@Suite struct VoiceActivityTests {
    private static let second = VoiceActivity.rate

    /// What is thought of each step.
    private func levels(_ samples: [Int16]) -> [VoiceActivity.Level] {
        var activity = VoiceActivity()
        return heard(samples, &activity)
    }

    private func heard(_ samples: [Int16], _ activity: inout VoiceActivity) -> [VoiceActivity.Level] {
        samples.withUnsafeBufferPointer { samples in
            (0..<samples.count / VoiceActivity.step).map { index in
                let start = index * VoiceActivity.step
                return activity.hear(UnsafeBufferPointer(rebasing: samples[start..<start + VoiceActivity.step]))
            }
        }
    }

    private func noise(_ noise: Noise, seconds: Int, at level: Float, seed: UInt64 = 1) -> [Int16] {
        noise.samples(seconds * Self.second, rate: Self.second, seed: seed).samples(at: level)
    }

    private func voice(seconds: Int, at level: Float, pitch: Float? = 80) -> [Int16] {
        Babbler.samples(seconds * Self.second, pitch: pitch).samples(at: level)
    }

    // MARK: Speech

    @Test(arguments: [Float(80), 120, 180, 240, 300], [Float(-12), -25, -40])
    func aVoiceInSilenceIsHeardAtOnce(pitch: Float, level: Float) throws {
        let before = 63
        var activity = VoiceActivity()
        #expect(heard(.silence(before * VoiceActivity.step), &activity).allSatisfy { $0 == .none })
        var said = voice(seconds: 1, at: level, pitch: pitch)
        var steps = 0
        while !said.isEmpty {
            steps += 1
            let level = heard(Array(said.prefix(VoiceActivity.step)), &activity)[0]
            said.removeFirst(VoiceActivity.step)
            if level == .clear { break }
        }
        #expect(steps <= 12)
        #expect(activity.onset == min(steps, VoiceActivity.memory))
    }

    @Test(arguments: [Float(80), 100, 160], Noise.allCases)
    func aVoiceIsHeardFromTheFirstSampleOfTheCall(pitch: Float, noise: Noise) throws {
        let said = voice(seconds: 2, at: -25, pitch: pitch)
        let levels = levels(.mix(said, self.noise(noise, seconds: 2, at: -40)))
        #expect(try #require(levels.firstIndex(of: .clear)) <= 20)
    }

    @Test(arguments: Noise.allCases)
    func aWhisperIsHeard(noise: Noise) throws {
        let said = [Int16].silence(Self.second) + voice(seconds: 3, at: -30, pitch: nil)
        let levels = levels(.mix(said, self.noise(noise, seconds: 4, at: -45)))
        #expect((50...70).contains(try #require(levels.firstIndex(of: .clear))))
    }

    @Test(arguments: Noise.allCases, [Float(-35), -30])
    func aVoiceInNoiseIsHeardForAsLongAsItSpeaks(noise: Noise, level: Float) throws {
        let said = [Int16].silence(2 * Self.second) + voice(seconds: 3, at: -25) + .silence(2 * Self.second)
        let levels = levels(.mix(said, self.noise(noise, seconds: 7, at: level)))
        let begun = try #require(levels.firstIndex(of: .clear))
        #expect((100...115).contains(begun))
        // Gaps between syllables are shorter than what ends an utterance.
        var silent = 0
        for (index, level) in levels[begun..<245].enumerated() {
            silent = level == .none ? silent + 1 : 0
            #expect(silent < 12, "step \(index)")
        }
        let end = try #require(levels.lastIndex { $0 > .none })
        #expect((240...258).contains(end))
    }

    // MARK: No speech

    @Test(arguments: Noise.allCases, [Float(-60), -40, -20])
    func noiseIsNoSpeechNotEvenAtFirst(noise: Noise, level: Float) {
        for seed in 1...2 {
            let levels = levels(self.noise(noise, seconds: 12, at: level, seed: UInt64(seed)))
            #expect(!levels.contains(.clear), "seed \(seed)")
        }
    }

    @Test(arguments: [Noise.white, .pink], [Float(-50), -25])
    func steadyNoiseDoesNotEvenSeemToGoOnWithSpeech(noise: Noise, level: Float) {
        var all = 0
        for seed in 1...25 {
            let levels = levels(self.noise(noise, seconds: 3, at: level, seed: UInt64(seed)))
            let faint = levels.count { $0 > .none }
            #expect(faint < 15, "seed \(seed)")
            all += faint
        }
        #expect(all < 60)
    }

    @Test(arguments: [Int16(0), 8, -1000, 32767, -32768])
    func aConstantIsNoSpeech(value: Int16) {
        let levels = levels([Int16](repeating: value, count: 5 * Self.second))
        #expect(levels.allSatisfy { $0 == .none })
    }

    @Test func clippedNoiseIsNoSpeech() {
        #expect(!levels(noise(.white, seconds: 20, at: 12)).contains(.clear))
    }

    @Test func aVoiceBesideAConstantIsHeard() throws {
        let offset = [Int16](repeating: 8000, count: 3 * Self.second)
        let said = [Int16].silence(Self.second) + voice(seconds: 1, at: -25) + .silence(Self.second)
        let levels = levels(.mix(offset, said))
        #expect((50...62).contains(try #require(levels.firstIndex(of: .clear))))
        #expect(try #require(levels.lastIndex { $0 > .none }) < 110)
    }

    @Test func whatIsAsFaintAsAnEchoIsNoSpeech() {
        #expect(!levels(.silence(Self.second) + voice(seconds: 5, at: -66)).contains(.clear))
    }

    // MARK: Noise that changes

    @Test(arguments: [Float(6), 12, 20], [Noise.white, .pink])
    func noiseThatGrowsLouderIsForgottenInTwoSeconds(step: Float, noise: Noise) {
        var begun = 0
        for seed in 1...5 {
            let quiet = self.noise(noise, seconds: 3, at: -50, seed: UInt64(seed))
            let loud = self.noise(noise, seconds: 7, at: -50 + step, seed: UInt64(seed + 100))
            let levels = levels(quiet + loud)
            if levels.contains(.clear) { begun += 1 }
            #expect(levels[250...].allSatisfy { $0 < .clear }, "seed \(seed)")
            #expect(levels[250...].count { $0 == .faint } < 10, "seed \(seed)")
        }
        #expect(begun <= 1)
    }

    @Test func aVoiceIsHeardAfterTheNoiseHasGrownLouder() {
        let noise = noise(.pink, seconds: 3, at: -50) + noise(.pink, seconds: 5, at: -35, seed: 2)
        let said = [Int16].silence(6 * Self.second) + voice(seconds: 1, at: -25) + .silence(Self.second)
        let levels = levels(.mix(noise, said))
        #expect(levels[300..<315].contains(.clear))
    }

    @Test func aFaintVoiceIsHeardOnceTheNoiseIsGone() {
        let noise = noise(.white, seconds: 5, at: -20) + noise(.white, seconds: 2, at: -60, seed: 2)
        let said = [Int16].silence(5 * Self.second + Self.second / 2) + voice(seconds: 1, at: -45)
        let levels = levels(.mix(noise, said + .silence(Self.second / 2)))
        #expect(levels[275..<295].contains(.clear))
    }

    @Test func noiseAfterSilenceOfZerosIsNoSpeech() {
        var begun = 0
        for seed in 1...10 {
            let noise = noise(.white, seconds: 3, at: -40, seed: UInt64(seed))
            if levels(.silence(3 * Self.second) + noise).contains(.clear) { begun += 1 }
        }
        #expect(begun <= 2)
    }
}
