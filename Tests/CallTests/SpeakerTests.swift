import Audio
import Cognigy
import Glibc
import HTTP
import State
import System
import Testbed
import Testing
import Transport

@testable import Call

@Suite struct SpeakerTests {
    private let folder: TemporaryFolder
    private let client: HTTPClient

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        folder = try TemporaryFolder()
        client = try #require(HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: nil))
    }

    private func speaker(_ command: String...) throws -> Speaker {
        let base = try #require(Location("https://service.invalid"))
        let state = try #require(StateFolder(path: folder.path("state")) { Issue.record("\($0)") })
        return Speaker(
            client: client, download: AudioDownload(base: base, hosts: []), voice: .command(command),
            folder: CallFolder(state: state), log: { _, _ in })
    }

    /// Turns as the call's loop does, until so many sounds are finished or the time is up.
    private func turn(_ speaker: Speaker, until count: Int, within limit: Duration = .seconds(60)) -> [Speaker.Finished]
    {
        var finished: [Speaker.Finished] = []
        let deadline = MonotonicClock.now() + limit
        while finished.count < count, MonotonicClock.now() < deadline {
            finished += speaker.step(MonotonicClock.now())
            if finished.count >= count { break }
            let wake = min(speaker.deadline ?? deadline, deadline)
            _ = client.wait(for: speaker.interests, timeout: wake - MonotonicClock.now())
            for completion in client.completions() { speaker.completed(completion) }
        }
        return finished
    }

    @Test func onlySomeMessagesArePreparedAtOnce() throws {
        let sleeper = try speaker("/bin/sleep", "1000")
        for id in 1...50 { sleeper.prepare(id, Voice.Message(text: "x"), token: nil, format: .sln) }
        _ = turn(sleeper, until: 1, within: .milliseconds(200))
        // Each program is waited for at two descriptors at most.
        #expect((1...2 * Speaker.mostAtOnce).contains(sleeper.interests.count))
        let before = Set(sleeper.interests.map(\.descriptor))
        for id in 1...Speaker.mostAtOnce { sleeper.discard(id) }
        #expect(sleeper.interests.isEmpty)
        // The next ones do not wait for anything else to happen.
        #expect(sleeper.deadline == .zero)
        _ = turn(sleeper, until: 1, within: .milliseconds(200))
        #expect(!sleeper.interests.isEmpty && sleeper.interests.count <= before.count)
        sleeper.finish()
        #expect(sleeper.interests.isEmpty && sleeper.deadline == nil)
    }

    @Test func allAreFinishedInTheEndAndNoDescriptorIsLost() throws {
        // 16 kHz, mono, 16 bits: 100 samples.
        let sound =
            "RIFF\\354\\000\\000\\000WAVEfmt \\020\\000\\000\\000\\001\\000\\001\\000\\200\\076\\000\\000"
            + "\\000\\175\\000\\000\\002\\000\\020\\000data\\310\\000\\000\\000"
        let speaker = try speaker("/bin/sh", "-c", "cat >/dev/null; printf '\(sound)'; head -c 200 /dev/zero")
        for id in 1...30 { speaker.prepare(id, Voice.Message(text: "x"), token: nil, format: .sln) }
        let finished = turn(speaker, until: 30)
        #expect(finished.map(\.id).sorted() == Array(1...30))
        #expect(finished.allSatisfy { if case .file = $0.sound { true } else { false } })
        #expect(speaker.interests.isEmpty && speaker.deadline == nil)
        #expect(try FolderListing.names(folder.path("state/calls")).count == 1)
        speaker.finish()
        #expect(try FolderListing.names(folder.path("state/calls")).isEmpty)
    }

    @Test func aMessageWhoseTurnNeverCameIsDiscardedWithoutTrace() throws {
        let speaker = try speaker("/bin/sleep", "1000")
        for id in 1...10 { speaker.prepare(id, Voice.Message(text: "x"), token: nil, format: .sln) }
        for id in 1...10 { speaker.discard(id) }
        #expect(speaker.step(MonotonicClock.now()).isEmpty)
        #expect(speaker.interests.isEmpty && speaker.deadline == nil)
    }
}
