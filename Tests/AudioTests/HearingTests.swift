import Hearing
import Testing

/// The ear on people, as far as `make speech-table` has brought their recordings: a short form of its tables.
@Suite struct HearingTests {
    /// Nobody speaks, but much is heard on a telephone line.
    @Test func keysTonesAndNoisesBeginNothing() throws {
        let names = [
            "DTMF 100 ms", "DTMF long", "DTMF 100 ms, white -45", "ring-back 440+480", "busy 480+620", "SIT",
            "beep 1000", "clicks -10", "typing -30",
        ]
        let sounds = LineSound.all.filter { names.contains($0.name) }
        #expect(sounds.count == names.count)
        for sound in sounds {
            let trial = sound.trial(seconds: 15, background: .none).trial
            let score = Score(trial, try ProductEar(trial.line))
            #expect(score.falseStarts == 0, "\(sound.name)")
        }
    }

    /// A prompt is held by one in three at most, and goes on within a second.
    @Test(arguments: [false, true]) func noCoughStopsAPrompt(isVoiced: Bool) throws {
        let score = CoughScore(40, at: -25, isVoiced: isVoiced, try ProductEar(.telephone))
        #expect(score.coughs == 40 && score.held <= 13 && score.givenUp == 0)
        #expect(score.pauses.allSatisfy { $0 < 1000 })
    }

    @Test(.enabled(if: Voices.areThere), arguments: ["clean ulaw", "level -40"])
    func peopleAreHeardWhole(condition: String) throws {
        let score = try score(condition)
        #expect(score.utterances >= 30)
        #expect(score.missed <= 2)
        #expect(score.falseCuts <= 1)
        #expect(score.merged + score.falseStarts == 0)
        #expect(score.lostShare <= 2)
        #expect(try #require(score.onsets.quantile(0.5)) <= 180)
        #expect(try #require(score.ends.quantile(0.95)) <= 750)
    }

    /// The sound is 20 dB fainter than the mean of the callers, who are up to 10 dB apart.
    @Test(.enabled(if: Voices.areThere), arguments: ["talker 20", "comfort noise -45"])
    func anUtteranceEndsThoughSoundGoesOn(condition: String) throws {
        let score = try score(condition)
        #expect(score.missed <= 2)
        #expect(score.merged <= 3)
        #expect(score.falseCuts <= 2)
        #expect(try #require(score.ends.quantile(0.5)) <= 900)
    }

    private static let voices = Result { try Voices(.tuning, ofEach: 2) }
    private static let others = Result { try Voices(.background, ofEach: 4) }

    private func score(_ name: String) throws -> Score {
        let condition = try #require(Condition.all.first { $0.name == name })
        let trial = try condition.trial(Self.voices.get(), background: Self.others.get())
        return Score(trial, try ProductEar(trial.line))
    }
}
