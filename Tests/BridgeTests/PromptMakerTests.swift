import Call
import Audio
import Cognigy
import Glibc
import HTTP
import State
import System
import Testbed
import Testing
import Transport

@testable import Bridge

@Suite struct PromptMakerTests {
    private let bench: PromptBench

    init() throws { bench = try PromptBench() }

    /// 16 kHz, mono, 16 bits: 100 samples.
    private static let sound =
        "RIFF\\354\\000\\000\\000WAVEfmt \\020\\000\\000\\000\\001\\000\\001\\000\\200\\076\\000\\000"
        + "\\000\\175\\000\\000\\002\\000\\020\\000data\\310\\000\\000\\000"
    /// Speaks every text alike.
    private static let anyWords = PromptMaker.Voice.command([
        "/bin/sh", "-c", "cat >/dev/null; printf '\(sound)'; head -c 200 /dev/zero",
    ])

    @Test func onlySomeMessagesArePreparedAtOnce() throws {
        let sleeper = try bench.speaker("/bin/sleep", "1000")
        for id in 1...50 { sleeper.prepare(id, PromptOrder(Message(text: "x"), token: nil, format: .sln)) }
        _ = bench.turn(sleeper, until: 1, within: .milliseconds(200))
        // Each program is waited for at two descriptors at most.
        #expect((1...2 * PromptMaker.mostAtOnce).contains(sleeper.interests.count))
        let before = Set(sleeper.interests.map(\.descriptor))
        for id in 1...PromptMaker.mostAtOnce { sleeper.discard(id) }
        #expect(sleeper.interests.isEmpty)
        // The next ones do not wait for anything else to happen.
        #expect(sleeper.deadline == .zero)
        _ = bench.turn(sleeper, until: 1, within: .milliseconds(200))
        #expect(!sleeper.interests.isEmpty && sleeper.interests.count <= before.count)
        sleeper.finish()
        #expect(sleeper.interests.isEmpty && sleeper.deadline == nil)
    }

    @Test func allAreFinishedInTheEndAndNoDescriptorIsLost() throws {
        let speaker = try bench.speaker(Self.anyWords)
        for id in 1...30 { speaker.prepare(id, PromptOrder(Message(text: "x"), token: nil, format: .sln)) }
        let finished = bench.turn(speaker, until: 30)
        #expect(finished.map(\.id).sorted() == Array(1...30))
        #expect(finished.allSatisfy { if case .file = $0.sound { true } else { false } })
        #expect(speaker.interests.isEmpty && speaker.deadline == nil)
        #expect(try FolderListing.names(bench.folder.path("state/calls")).count == 1)
        speaker.finish()
        #expect(try FolderListing.names(bench.folder.path("state/calls")).isEmpty)
    }

    @Test(arguments: [
        (Duration.milliseconds(1), 320), (.milliseconds(20), 320), (.milliseconds(750), 12_160),
        (.seconds(10), 160_000),
        (.seconds(3600), 160_000),
    ])
    func aPauseIsAFileOfSilenceThatIsNoLongerThanIt(pause: Duration, size: Int) throws {
        let speaker = try bench.speaker(.none)
        guard case .file(let path) = try bench.only(Message(pause: pause), of: speaker).sound else { throw Refused() }
        #expect(try bench.samples(path) == [UInt8](repeating: 0, count: size))
        speaker.finish()
    }

    @Test func aPauseWithoutLengthIsNothing() throws {
        let finished = try bench.only(Message(pause: .zero), of: try bench.speaker(.none))
        #expect(finished.sound == nil && finished.loss == nil)
    }

    private struct Refused: Error {}

    @Test func aMessageWhoseTurnNeverCameIsDiscardedWithoutTrace() throws {
        let speaker = try bench.speaker("/bin/sleep", "1000")
        for id in 1...10 { speaker.prepare(id, PromptOrder(Message(text: "x"), token: nil, format: .sln)) }
        for id in 1...10 { speaker.discard(id) }
        #expect(speaker.step(MonotonicClock.now()).isEmpty)
        #expect(speaker.interests.isEmpty && speaker.deadline == nil)
    }

    // MARK: What is not heard

    @Test(arguments: [false, true]) func whatMayNotBeWrittenDownIsNotKeptForOtherCalls(isSensitive: Bool) throws {
        var message = Message(text: "Your code is blue.")
        message.isSensitive = isSensitive
        let finished = try bench.only(message, of: try bench.speaker(Self.anyWords, keeps: true))
        #expect(finished.loss == nil)
        let kept = (try? FolderListing.names(bench.folder.path("state/voices"))) ?? []
        #expect(kept.count == (isSensitive ? 0 : 1))
    }

    @Test(arguments: [false, true]) func whatMayNotBeWrittenDownIsNotInTheLogEither(isSensitive: Bool) throws {
        var message = Message(text: "Your code is blue.")
        message.isSensitive = isSensitive
        _ = try bench.only(message, of: try bench.speaker(.none))
        let shown = isSensitive ? "a sensitive text" : "Your code is blue."
        #expect(bench.lines == ["unspoken, for want of a voice: \(shown)"])
    }

    @Test func theVoiceThatAFlowChoosesIsAskedFor() throws {
        let url = try #require(Location("https://tts.test"))
        let service = PromptMaker.Voice.service(url: url, key: nil, name: "usual")
        var message = Message(text: "Guten Tag.")
        #expect(service.speaking(message).wish == nil)
        message.voice = "anna"
        message.language = "de-DE"
        let (voice, wish) = service.speaking(message)
        #expect(wish == "anna")
        // What one voice has spoken is not kept as the other's.
        #expect(voice.identity != service.identity && voice.identity?.last == "anna")
        #expect(PromptMaker.Voice.machine(locale: nil).speaking(message).wish == "de-DE")
        #expect(PromptMaker.Voice.command(["/bin/true"]).speaking(message).wish == nil)
    }

    @Test func aTextWithoutAVoiceIsALossAndANumberIsNot() throws {
        let text = try bench.only(Message(text: "Good morning."), of: try bench.speaker("/nonexistent"))
        #expect(text.sound == nil && text.loss?.kind == .voice)
        // Whoever wants no voice misses none.
        let unspoken = try bench.only(Message(text: "Good morning."), of: try bench.speaker(.none))
        #expect(unspoken.sound == nil && unspoken.loss == nil)
        let number = try bench.only(Message(text: " 12 "), of: try bench.speaker(.none))
        #expect(number.sound == .number(12) && number.loss == nil)
        let nothing = try bench.only(Message(text: " "), of: try bench.speaker(.none))
        #expect(nothing.sound == nil && nothing.loss == nil)
    }

    /// Leading zeros are part of a code, and Asterisk would not say them.
    @Test(arguments: ["007", "+49", "-0"]) func whatIsWrittenOtherwiseIsNoNumber(text: String) throws {
        let finished = try bench.only(Message(text: text), of: try bench.speaker("/nonexistent"))
        #expect(finished.sound == nil && finished.loss?.kind == .voice)
    }

    /// Asterisk's own voice says it better than one that was only found here.
    @Test func aNumberIsLeftToAsteriskUnlessAVoiceIsConfigured() throws {
        let found = try bench.only(Message(text: "12"), of: try bench.speaker(.machine(locale: nil)))
        #expect(found.sound == .number(12))
        let configured = try bench.only(Message(text: "12"), of: try speaker(ofBytes: 3200))
        #expect(configured.sound != .number(12) && configured.sound != nil)
    }

    @Test func aVoiceThatFailsIsALoss() throws {
        let finished = try bench.only(Message(text: "Good morning."), of: try bench.speaker("/bin/false"))
        #expect(finished.loss == Loss(kind: .voice, why: "/bin/false: it ended with code 1"))
    }

    @Test func audioThatIsRefusedIsALossUnlessItsTextIsANumber() throws {
        let url = "https://elsewhere.example.com/a.wav"
        let audio = try bench.only(Message(audioURL: url), of: try bench.speaker(.none))
        #expect(audio.sound == nil && audio.loss?.kind == .audio)
        #expect(audio.loss?.why.contains("add it to audio_hosts") == true)
        let text = try bench.only(Message(text: "hello", audioURL: url), of: try bench.speaker(.none))
        #expect(text.loss == audio.loss)
        let number = try bench.only(Message(text: "3", audioURL: url), of: try bench.speaker(.none))
        #expect(number.sound == .number(3) && number.loss == nil)
    }

    /// For whom ten seconds are what may wait to be heard.
    private func speaker(ofBytes count: Int) throws -> PromptMaker {
        let script = "cat >/dev/null; printf '\(PromptBench.head)'; head -c \(count) /dev/zero"
        return try bench.speaker(.command(["/bin/sh", "-c", script]), mostAhead: 10)
    }

    @Test func aSoundThatCannotBeWrittenIsALossUnlessItIsANumber() throws {
        for (text, sound) in [("hello", nil), ("12", Playlist.Sound.number(12))] {
            let speaker = try speaker(ofBytes: 3200)
            // Nothing can be written there, nor can it be made anew.
            rmdir(bench.folder.path("state"))
            symlink("/nowhere", bench.folder.path("state"))
            let finished = try bench.only(Message(text: text), of: speaker)
            unlink(bench.folder.path("state"))
            #expect(finished.sound == sound)
            #expect(finished.loss?.kind == (sound == nil ? .disk : nil))
        }
    }

    // MARK: Bounds

    /// Until nothing is left to be done but to hear what there is.
    private func settle(_ speaker: PromptMaker) -> [PromptMaker.Finished] {
        var finished: [PromptMaker.Finished] = []
        let end = MonotonicClock.now() + .seconds(60)
        while MonotonicClock.now() < end {
            finished += speaker.step(MonotonicClock.now()).filter {
                if case .growing = $0.sound { false } else { true }
            }
            if speaker.deadline == nil, speaker.interests.isEmpty { break }
            let wake = min(speaker.deadline ?? end, end)
            _ = bench.client.wait(for: speaker.interests, timeout: wake - MonotonicClock.now())
        }
        return finished
    }

    @Test func noMoreThanTheBoundWaitsToBeHeard() throws {
        // Three seconds and a half each.
        let speaker = try speaker(ofBytes: 112_000)
        // One after the other: two that are made at once may let a third begin.
        for id in 1...5 {
            speaker.prepare(id, PromptOrder(Message(text: "\(id)"), token: nil, format: .sln))
            #expect(settle(speaker).map(\.id) == (id <= 2 ? [id] : []))
        }
        speaker.discard(1)
        #expect(settle(speaker).map(\.id) == [3])
        // What is discarded before it was begun holds nobody up.
        speaker.discard(4)
        speaker.discard(2)
        #expect(settle(speaker).map(\.id) == [5])
        speaker.finish()
        #expect(try FolderListing.names(bench.folder.path("state/calls")).isEmpty)
    }

    @Test func oneSoundIsHeardHoweverLongOthersAre() throws {
        let speaker = try speaker(ofBytes: 10 * 32_000)
        for id in 1...2 {
            speaker.prepare(id, PromptOrder(Message(text: "\(id)"), token: nil, format: .sln))
        }
        // Whichever voice is ready first, the first is not kept back by the second.
        let first = settle(speaker).map(\.id)
        #expect(first.contains(1))
        speaker.discard(1)
        #expect((first + settle(speaker).map(\.id)).sorted() == [1, 2])
    }

    /// What is behind it is not to wait as long again and again.
    @Test func aProgramThatHangsCostsTheCallItsTimeOnce() throws {
        let sleeper = try bench.speaker("/bin/sleep", "1000")
        for id in 1...6 { sleeper.prepare(id, PromptOrder(Message(text: "x"), token: nil, format: .sln)) }
        let began = MonotonicClock.now()
        let finished = bench.turn(sleeper, until: 6)
        #expect(finished.allSatisfy { $0.loss == Loss(kind: .voice, why: "/bin/sleep: it did not end in time") })
        // Two at a time: thirty seconds, if each had all of its time.
        #expect(finished.count == 6 && MonotonicClock.now() - began < .seconds(27))
    }
}
