import AGI
import Audio
import Glibc
import System
import Testbed
import Testing

@testable import Bridge

@Suite struct LoudspeakerTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A second of a rising line, from 0.
    private func file(_ name: String, count: Int = 16_000) throws -> String {
        let bytes = (0..<2 * count).map { UInt8(truncatingIfNeeded: ($0 / 2) >> ($0 % 2 * 8)) }
        try AtomicFile.write(bytes, to: folder.path(name))
        return folder.path(String(name.prefix { $0 != "." }))
    }

    /// The position of a moment on a line that began at zero.
    private func position(_ time: Duration) -> Int? { Int(time / .milliseconds(1)) * 16 }

    private func success(_ value: String = "0", endpos: Int? = nil) -> Reply {
        .success(value: value, text: nil, endpos: endpos)
    }

    @Test func whatIsPlayedIsReadPieceByPieceFromWhereItBegan() throws {
        let path = try file("a.sln16")
        var speaker = Loudspeaker(sounds: nil, language: nil)
        speaker.sent(.streamFile(path, escape: .all), at: .milliseconds(100))
        let pieces = [1600, 2000, 3000].map { speaker.play(until: $0, position) }
        #expect(pieces[0] == nil)
        let (first, second) = (try #require(pieces[1]), try #require(pieces[2]))
        #expect(first.position == 1600 && first.samples.count >= 400)
        #expect(first.samples.prefix(3) == [0, 1, 2])
        #expect(second.position == 1600 + first.samples.count)
        #expect(second.samples.first == Int16(first.samples.count))
    }

    @Test func aPromptThatGoesOnBeginsWhereItWas() throws {
        let path = try file("a.sln")
        var speaker = Loudspeaker(sounds: nil, language: nil)
        speaker.sent(.streamFile(path, escape: .all, offset: 4000), at: .zero)
        let played = speaker.play(until: 3200, position)
        let samples = try #require(played).samples
        // At 16 kHz, so it rises half as fast; the first samples are those of a sound that begins.
        #expect((4240...4260).contains(samples[500]))
        #expect((4790...4810).contains(samples[1600]))
    }

    @Test func theNextCommandAndTheAnswerEndIt() throws {
        let path = try file("a.sln16")
        var speaker = Loudspeaker(sounds: nil, language: nil)
        speaker.sent(.streamSilence("/silence"), at: .zero)
        let silence = speaker.play(until: 1600, position)
        speaker.sent(.streamFile(path, escape: .all), at: .zero)
        // The silence had ended by itself.
        let endsWithSilence = speaker.ends(with: success(endpos: Command.silenceOffset + 8000))
        let prompt = speaker.play(until: 1600, position)
        let endsWithKey = speaker.ends(with: success("53", endpos: 1600))
        #expect(silence == nil && prompt != nil && !endsWithSilence && endsWithKey)
        speaker.sent(.noop, at: .milliseconds(50))
        let rest = speaker.play(until: 3200, position)
        #expect(rest == nil)
    }

    @Test func aNumberIsUnseenUntilItsAnswer() {
        var speaker = Loudspeaker(sounds: nil, language: nil)
        speaker.sent(.waitForDigit, at: .zero)
        speaker.sent(.sayNumber(7, escape: .all), at: .zero)
        #expect(speaker.isUnseen)
        // The first is that of WAIT FOR DIGIT.
        let ends = [success("1"), success()].map { speaker.ends(with: $0) }
        #expect(ends == [false, true])
        speaker.stop()
        #expect(!speaker.isUnseen)
    }

    @Test(arguments: [
        ("de", "queue", true), ("de_AT", "queue", true), ("en", "queue", false), ("de", "beep", false),
        ("../sounds/de", "queue", false), ("de", "../sounds/de/queue", false), ("de", "missing", false),
    ])
    func theSoundsOfAsteriskAreLookedForInTheLanguageOfTheCall(_ language: String, _ name: String, isRead: Bool) throws
    {
        for folder in ["sounds", "sounds/de"].map({ folder.path($0) }) {
            try retryingOnInterrupt("mkdir") { mkdir(folder, 0o700) }
        }
        _ = try file("sounds/de/queue.sln")
        _ = try file("sounds/beep.gsm")
        var speaker = Loudspeaker(sounds: folder.path("sounds"), language: language)
        speaker.sent(.streamFile(name, escape: .all), at: .zero)
        let piece = speaker.play(until: 1600, position)
        #expect((piece != nil) == isRead)
        // What cannot be read is heard all the same.
        #expect(speaker.isUnseen != isRead)
    }

    @Test func aFileMayGrowAndAMissedPartIsLeftOut() throws {
        let path = try file("a.sln16", count: 800)
        var speaker = Loudspeaker(sounds: nil, language: nil)
        speaker.sent(.streamFile(path, escape: .all), at: .zero)
        var pieces = [640, 1000].map { speaker.play(until: $0, position) }
        let grown = try FileDescriptor.open(path + ".sln16", O_WRONLY | O_APPEND)
        try Descriptor.writeWhole(
            grown.raw, (1600..<64_000).map { UInt8(truncatingIfNeeded: ($0 / 2) >> ($0 % 2 * 8)) })
        pieces += [1200, 30_000].map { speaker.play(until: $0, position) }
        #expect(pieces[2].map { $0.position + $0.samples.count } ?? 0 >= 1200)
        #expect(pieces[2]?.samples.first == 800)
        // Only the last second can still come back.
        #expect(pieces[3]?.position == 14_000)
        #expect(pieces[3]?.samples.first == 14_000)
    }
}
