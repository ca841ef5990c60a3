import Glibc
import System
import Testbed
import Testing

/// Against the gzip and zstd of this machine.
@Suite struct UnpackedInputTests {
    private static let hasZstd = access("/usr/bin/zstd", X_OK) == 0

    private let folder: TemporaryFolder
    /// Longer than a pipe holds, and not easily packed.
    private let text = (0..<40_000).map { "line \($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()

    init() throws { folder = try TemporaryFolder() }

    private func all(_ input: UnpackedInput) throws -> String {
        var bytes: [UInt8] = []
        while true {
            let piece = try input.read()
            if piece.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece
        }
    }

    private func shell(_ command: String) throws {
        var process = try Subprocess(["sh", "-c", command], folder: folder.path)
        #expect(process.wait() == .code(0))
    }

    private func failure(_ body: () throws -> Void) -> UnpackedInput.Failure? {
        do { try body() } catch { return error as? UnpackedInput.Failure }
        return nil
    }

    @Test func aPlainFileIsReadAsItIs() throws {
        try folder.write(text, to: "plain")
        let input = try UnpackedInput(path: folder.path("plain"))
        #expect(input.size == text.utf8.count && input.position == 0)
        #expect(try all(input) == text)
        #expect(input.position == text.utf8.count)
    }

    @Test(arguments: ["", "a", "ab", "abc", "\u{1F}"]) func shortFilesAreFilesToo(text: String) throws {
        try folder.write(text, to: "short")
        #expect(try all(UnpackedInput(path: folder.path("short"))) == text)
    }

    @Test func packedFilesBehindEachOtherAreOne() throws {
        try folder.write(text, to: "a")
        try folder.write("the end\n", to: "b")
        try shell("gzip -c a > c.gz; gzip -c b >> c.gz")
        #expect(try all(UnpackedInput(path: folder.path("c.gz"))) == text + "the end\n")
    }

    @Test(.enabled(if: hasZstd)) func zstdToo() throws {
        try folder.write(text, to: "a")
        try shell("zstd -qc a > c.zst; zstd -qc a >> c.zst")
        #expect(try all(UnpackedInput(path: folder.path("c.zst"))) == text + text)
    }

    /// The name does not matter; a link does not either.
    @Test func theFirstBytesTell() throws {
        try folder.write(text, to: "a")
        try shell("gzip -c a > metrics; ln -s metrics link")
        #expect(try all(UnpackedInput(path: folder.path("link"))) == text)
    }

    @Test(arguments: ["cat a", "gzip -c a", "gzip -c a | (head -c 1; sleep 0.1; cat)", "cat a | gzip -1"])
    func aPipeIsUnpackedToo(command: String) throws {
        try folder.write(text, to: "a")
        var pipe = try Pipe()
        var process = try Subprocess(["sh", "-c", command], output: pipe.rawWriter, folder: folder.path)
        pipe.writer = nil
        let input = try UnpackedInput(copying: pipe.rawReader)
        #expect(input.size == nil && input.position == nil)
        #expect(try all(input) == text)
        process.wait()
    }

    /// As a shell gives it with `< file`.
    @Test func aDescriptorOfAPackedFileIsUnpackedFromWhereItIs() throws {
        try folder.write(text, to: "a")
        try shell("printf 123 > c; gzip -c a >> c")
        let file = try FileDescriptor.open(folder.path("c"), O_RDONLY)
        lseek(file.raw, 3, SEEK_SET)
        #expect(try all(UnpackedInput(copying: file.raw)) == text)
    }

    @Test func whatCameBeforeAFaultIsRead() throws {
        try folder.write(text, to: "a")
        try shell("gzip -c a > whole; head -c 100000 whole > half")
        let input = try UnpackedInput(path: folder.path("half"))
        var count = 0
        let failure = failure {
            while true {
                let piece = try input.read()
                if piece.isEmpty { break }
                count += piece.count
            }
        }
        #expect(failure == .damaged("gzip", .code(1)))
        #expect(count > 100_000)
    }

    @Test func whatIsNoFileIsSaid() throws {
        mkfifo(folder.path("fifo"), 0o600)
        #expect(failure { _ = try UnpackedInput(path: folder.path("fifo")) } == .notAFile)
        #expect(failure { _ = try UnpackedInput(path: folder.path) } == .notAFile)
        #expect(
            failure { _ = try UnpackedInput(path: folder.path("none")) } == .unreadable(Errno("open", code: ENOENT)))
    }
}
