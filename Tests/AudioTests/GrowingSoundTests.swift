import Testing

@testable import Audio

@Suite struct GrowingSoundTests {
    private static func milliseconds(_ count: Int) -> [UInt8] { [UInt8](repeating: 1, count: 16 * count) }

    @Test func onlyWholeFramesAreWritten() {
        var sound = GrowingSound(.sln)
        #expect(sound.take([UInt8](repeating: 1, count: 319), now: .zero) == [])
        #expect(sound.take([1, 1], now: .zero).count == 320)
        #expect(sound.finish(now: .zero) == [1] + [UInt8](repeating: 0, count: 319))
        #expect(sound.finish(now: .zero) == [])
        #expect(sound.bytes == 640)
        var wide = GrowingSound(.sln16)
        #expect(wide.take([UInt8](repeating: 1, count: 639), now: .zero) == [])
    }

    @Test func itMayBePlayedSoonAfterTheFirstOfItIsWritten() {
        var sound = GrowingSound(.sln)
        _ = sound.take(Self.milliseconds(60), now: .zero)
        #expect(!sound.mayBegin(now: .seconds(1)) && sound.deadline(waits: true) == nil)
        _ = sound.take(Self.milliseconds(20), now: .seconds(1))
        #expect(!sound.mayBegin(now: .seconds(1)))
        #expect(sound.deadline(waits: true) == .milliseconds(1055))
        #expect(sound.mayBegin(now: .milliseconds(1055)))
    }

    @Test func whatComesFastIsPlayedAtOnce() {
        var sound = GrowingSound(.sln)
        _ = sound.take(Self.milliseconds(300), now: .zero)
        #expect(!sound.mayBegin(now: .zero))
        _ = sound.take(Self.milliseconds(300), now: .milliseconds(5))
        #expect(sound.mayBegin(now: .milliseconds(5)))
    }

    /// A source that keeps up is never filled up with silence, whatever the size of its pieces, although the resampler holds
    /// back a part of the first.
    @Test(arguments: [20, 40, 100, 200, 400, 1000], [0, 5]) func aSourceThatKeepsUpHasNoGap(piece: Int, heldBack: Int) {
        var sound = GrowingSound(.sln)
        var began = false
        for now in 0..<5000 {
            let time = Duration.milliseconds(now)
            if now % piece == 0 { _ = sound.take(Self.milliseconds(now == 0 ? piece - heldBack : piece), now: time) }
            if !began, sound.mayBegin(now: time) {
                began = true
                sound.began(at: 0, now: time)
            }
            #expect(sound.filling(now: time) == [], "at \(now) ms")
        }
        #expect(began)
    }

    @Test func silenceStandsWhereTheSourceStandsStill() {
        var sound = GrowingSound(.sln)
        _ = sound.take(Self.milliseconds(100), now: .zero)
        sound.began(at: 0, now: .milliseconds(45))
        var silence = 0
        for now in 45..<1045 {
            silence += sound.filling(now: .milliseconds(now)).count
            // Asterisk has played so much, and more is in the file.
            #expect(sound.bytes >= 16 * (now - 45 + 20), "at \(now) ms")
        }
        // One second was played, of which a tenth was sound.
        #expect((16 * 920...16 * 980).contains(silence))
    }

    @Test func aProcessThatCameLateFillsUpWhatItMissed() {
        var sound = GrowingSound(.sln)
        _ = sound.take(Self.milliseconds(100), now: .zero)
        sound.began(at: 0, now: .zero)
        _ = sound.filling(now: .milliseconds(500))
        #expect(sound.bytes >= 16 * 520)
    }

    @Test func nothingIsFilledUpWhereNothingPlays() {
        var sound = GrowingSound(.sln)
        _ = sound.take(Self.milliseconds(100), now: .zero)
        #expect(sound.filling(now: .seconds(9)) == [])
        sound.began(at: 0, now: .seconds(9))
        sound.stopped()
        #expect(sound.filling(now: .seconds(19)) == [] && sound.deadline(waits: false) == nil)
        // It goes on after 80 ms of it: 20 ms are left.
        sound.began(at: 640, now: .seconds(20))
        #expect(sound.deadline(waits: false) == .milliseconds(19_989))
    }
}
