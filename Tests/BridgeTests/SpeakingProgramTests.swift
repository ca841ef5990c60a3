import Call
import Cognigy
import Glibc
import System
import Testbed
import Testing

@testable import Bridge

/// A program that speaks is heard while it does, whatever becomes of it.
@Suite struct SpeakingProgramTests {
    private let bench: PromptBench

    init() throws { bench = try PromptBench() }

    private func speaker(_ script: String, keeps: Bool = false) throws -> PromptMaker {
        try bench.speaker(.command(["/bin/sh", "-c", script]), keeps: keeps)
    }

    private static let head: String = "printf '\(PromptBench.head)'"
    /// So many milliseconds of sound.
    private static func sound(_ milliseconds: Int) -> String {
        "head -c \(milliseconds * 32) /dev/zero | tr '\\0' '\\1'"
    }

    private var waits: String { "until test -e '\(bench.folder.path("heard"))'; do sleep 0.01; done" }

    private var kept: Int { ((try? FolderListing.names(bench.folder.path("state/voices"))) ?? []).count }

    private func begins(_ speaker: PromptMaker) throws -> String {
        guard case .growing(let path) = try bench.only(Message(text: "hello"), of: speaker).sound else {
            throw Missed()
        }
        return path
    }

    private func ends(_ speaker: PromptMaker) throws -> String {
        guard case .file(let path) = bench.turn(speaker, until: 1).first?.sound else { throw Missed() }
        return path
    }

    private struct Missed: Error {}

    /// It goes on only when the test has heard its beginning.
    @Test func itIsHeardBeforeItHasSpokenToItsEnd() throws {
        let speaker = try speaker(
            "\(Self.head); \(Self.sound(300)); \(waits); \(Self.sound(200))",
            keeps: true)
        let path = try begins(speaker)
        #expect(try bench.samples(path).count >= 8 * 200)
        #expect(kept == 0)
        try bench.folder.write("on\n", to: "heard")
        #expect(try ends(speaker) == path)
        #expect(try bench.samples(path).count == 16 * 500)
        #expect(kept == 1)
    }

    @Test func whatItHasSaidWhenItDiesIsHeardAndNotKept() throws {
        let speaker = try speaker(
            "\(Self.head); \(Self.sound(300)); \(waits); kill -9 $$", keeps: true)
        let path = try begins(speaker)
        try bench.folder.write("on\n", to: "heard")
        #expect(try ends(speaker) == path)
        #expect(try bench.samples(path).count == 16 * 300)
        #expect(bench.lines == ["voice: /bin/sh: it was ended by signal 9; what came of it is heard"])
        #expect(kept == 0)
    }

    /// Dies before anything of it can be heard, or says nothing; the second time it speaks.
    @Test(arguments: [true, false]) func oneThatDiesAtOnceIsStartedOnceMore(_ saysNothing: Bool) throws {
        let first = saysNothing ? "exit 0" : "\(Self.head); \(Self.sound(40)); kill -9 $$"
        let mark = bench.folder.path("mark")
        let speaker = try speaker(
            "test -e '\(mark)' || { : >'\(mark)'; \(first); exit; }; \(Self.head); \(Self.sound(100))", keeps: true)
        let finished = try bench.only(Message(text: "hello"), of: speaker)
        var path = ""
        switch finished.sound {
        case .growing: path = try ends(speaker)
        case .file(let whole): path = whole
        default: Issue.record("\(finished)")
        }
        #expect(try bench.samples(path).count == 16 * 100)
        #expect(bench.lines.count == 1 && bench.lines[0].hasSuffix("; it is started again"))
        #expect(kept == 1)
    }

    @Test func oneThatAlwaysDiesIsStartedTwice() throws {
        let speaker = try speaker("echo >>'\(bench.folder.path("starts"))'; exit 3")
        #expect(try bench.only(Message(text: "hello"), of: speaker).loss?.kind == .voice)
        #expect(try bench.folder.text("starts") == "\n\n")
    }

    /// Neither the loop nor the disk suffers, and nothing of it runs on.
    @Test func oneThatSpeaksWithoutEndIsHeardForTenMinutesAtMost() throws {
        let speaker = try speaker("\(Self.head); exec cat /dev/zero", keeps: true)
        let path = try begins(speaker)
        #expect(try ends(speaker) == path)
        #expect(try bench.samples(path).count < 16_000 * 602)
        #expect(bench.lines.count == 1 && bench.lines[0].hasPrefix("a prompt ends before its end: "))
        #expect(speaker.interests.isEmpty && kept == 0)
    }

    @Test func oneThatIsNotWantedAnyMoreIsEndedWithAllThatItStarted() throws {
        let speaker = try speaker(
            "sleep 1000 & echo $! >'\(bench.folder.path("pid"))'; \(Self.head); \(Self.sound(300)); wait")
        _ = try begins(speaker)
        let pid = try #require(pid_t(try bench.folder.text("pid").split(separator: "\n").first ?? ""))
        speaker.discard(1)
        #expect(eventually { kill(pid, 0) != 0 })
        #expect(
            try FolderListing.names(bench.folder.path("state/calls")).allSatisfy { name in
                try FolderListing.names(bench.folder.path("state/calls/\(name)")).allSatisfy { !$0.hasSuffix(".sln") }
            })
    }
}
