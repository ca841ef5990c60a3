import Call
import Cognigy
import Glibc
import HTTP
import State
import System
import Testbed
import Testing
import Transport

@testable import Bridge

/// A PromptMaker with a state folder, and what it logs. It is turned as the call's loop turns it.
final class PromptBench {
    let folder: TemporaryFolder
    let client: HTTPClient
    private(set) var lines: [String] = []

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        folder = try TemporaryFolder()
        client = try #require(HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: nil))
    }

    func speaker(_ command: String...) throws -> PromptMaker { try speaker(.command(command)) }

    func speaker(
        _ voice: PromptMaker.Voice, mostAhead: Int = PromptMaker.mostAhead, keeps: Bool = false
    ) throws -> PromptMaker {
        let base = try #require(Location("https://service.invalid"))
        let state = try #require(StateFolder(path: folder.path("state")) { Issue.record("\($0)") })
        return PromptMaker(
            client: client, download: AudioDownload(base: base, hosts: []), voice: voice,
            folder: CallFolder(state: state), state: keeps ? state : nil, mostAhead: mostAhead
        ) { [weak self] in self?.lines.append($1) }
    }

    /// Turns until so many sounds are finished or the time is up.
    func turn(_ speaker: PromptMaker, until count: Int, within limit: Duration = .seconds(60)) -> [PromptMaker.Finished]
    {
        var finished: [PromptMaker.Finished] = []
        let deadline = MonotonicClock.now() + limit
        while finished.count < count, MonotonicClock.now() < deadline {
            finished += speaker.step(MonotonicClock.now())
            if finished.count >= count { break }
            let wake = min(speaker.deadline ?? deadline, deadline)
            _ = client.wait(for: speaker.interests, timeout: wake - MonotonicClock.now())
            for completion in client.completions() { speaker.completed(completion, MonotonicClock.now()) }
        }
        return finished
    }

    func only(_ message: Message, of speaker: PromptMaker) throws -> PromptMaker.Finished {
        speaker.prepare(1, PromptOrder(message, token: nil, format: .sln))
        return try #require(turn(speaker, until: 1).first)
    }

    /// The samples of a prompt's file, named without its extension.
    func samples(_ path: String) throws -> [UInt8] {
        try AtomicFile.read("\(path).sln", limit: 64 << 20, owner: .anyone, forbidden: 0).bytes
    }

    /// The head of a WAV file for printf(1): 16 kHz, mono, 16 bits, as many samples as come.
    static let head =
        "RIFF\\377\\377\\377\\377WAVEfmt \\020\\000\\000\\000\\001\\000\\001\\000\\200\\076\\000\\000"
        + "\\000\\175\\000\\000\\002\\000\\020\\000data\\377\\377\\377\\377"
}
