import AGI
import Audio
import Call
import Glibc
import System
import Testbed
import Testing

@testable import Bridge

@Suite struct VoiceInputTests {
    private let pipe: CInt
    private let listener: VoiceInput

    init() throws {
        var ends = try Pipe()
        guard let reader = ends.reader.take(), let writer = ends.writer.take() else {
            throw Errno("pipe", code: EMFILE)
        }
        listener = VoiceInput(UtteranceDetector.Settings(), descriptor: reader.release())
        pipe = writer.release()
        Descriptor.setNonBlocking(pipe)
    }

    /// A second of a voice, at 8 kHz.
    private static let voice: [UInt8] = {
        let samples = Babbler.samples(16_000).enumerated().filter { $0.offset % 2 == 0 }
        return samples.flatMap { sample -> [UInt8] in
            let value = Int16(max(-1, min(1, sample.element * 0.1)) * 32_000)
            return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
        }
    }()

    private func speech(_ events: [Event]) -> [Int] {
        events.compactMap { if case .speech(let samples) = $0 { samples.count } else { nil } }
    }

    @Test func aLineWithoutFramesInSilenceEndsTheUtteranceAllTheSame() throws {
        _ = try Descriptor.write(pipe, [UInt8](repeating: 0, count: 8000) + Self.voice)
        #expect(listener.listen(rate: 8000, now: .zero) == [.speechBegan, .speechIsSure])
        var now = Duration.zero
        var events: [Event] = []
        while let deadline = listener.deadline, now < .seconds(5) {
            now = deadline
            events += listener.listen(rate: 8000, now: now)
        }
        #expect(speech(events).count == 1)
        #expect(now > .milliseconds(400) && now < .milliseconds(1000))
        #expect(listener.deadline == nil)
    }

    @Test func aShortStallOfTheLineAddsNothing() throws {
        _ = try Descriptor.write(pipe, [UInt8](repeating: 0, count: 8000) + Self.voice)
        _ = listener.listen(rate: 8000, now: .zero)
        #expect(listener.listen(rate: 8000, now: .milliseconds(99)) == [])
        #expect(listener.deadline == .milliseconds(100))
    }

    @Test func whatCameBeforeTheRateWasKnownIsHeard() throws {
        _ = try Descriptor.write(pipe, [UInt8](repeating: 0, count: 8000) + Self.voice)
        #expect(listener.listen(rate: nil, now: .zero) == [])
        #expect(listener.listen(rate: 8000, now: .milliseconds(5)) == [.speechBegan, .speechIsSure])
    }

    /// The pipe of a real Asterisk holds 3.84 s, and what does not fit is dropped.
    @Test func aFullPipeIsDrainedAtOnce() throws {
        var written = 0
        while true {
            let count = try Descriptor.write(pipe, [UInt8](repeating: 0, count: 4096))
            if count == 0 { break }
            written += count
        }
        #expect(written >= 65_536)
        _ = listener.listen(rate: nil, now: .zero)
        #expect(try Descriptor.write(pipe, [UInt8](repeating: 0, count: 4096)) == 4096)
        #expect(Descriptor.unreadBytes(pipe) == 4096)
    }

    // MARK: Echo

    /// Three seconds of the voice come back on the line, after 100 ms and at half the amplitude; `plays` while they are
    /// played.
    private func hearsItself(_ plays: (VoiceInput) -> Void) throws -> Bool {
        let prompt = Self.voice + Self.voice + Self.voice
        let echo = stride(from: 0, to: prompt.count, by: 2).flatMap { index -> [UInt8] in
            let sample = Int16(bitPattern: UInt16(prompt[index]) | UInt16(prompt[index + 1]) << 8) / 5
            return [UInt8(truncatingIfNeeded: sample), UInt8(truncatingIfNeeded: sample >> 8)]
        }
        let line = [UInt8](repeating: 0, count: 8000 + 1600) + echo
        var events: [Event] = []
        for frame in 0..<line.count / 320 {
            if frame == 25 { plays(listener) }
            _ = try Descriptor.write(pipe, line[frame * 320..<(frame + 1) * 320])
            events += listener.listen(rate: 8000, now: .milliseconds(20 * (frame + 1)))
        }
        return events.contains(.speechBegan)
    }

    @Test func theEchoOfWhatAsteriskPlaysIsNotHeard() throws {
        let folder = try TemporaryFolder()
        try AtomicFile.write(Self.voice + Self.voice + Self.voice, to: folder.path("prompt.sln"))
        #expect(try hearsItself { _ in })
        #expect(
            try !hearsItself {
                $0.sent(.streamFile(folder.path("prompt"), escape: .all), now: .milliseconds(500))
            })
    }

    @Test func theEchoOfANumberIsNotHeard() throws {
        #expect(try !hearsItself { $0.sent(.sayNumber(42, escape: .all), now: .milliseconds(500)) })
    }
}
