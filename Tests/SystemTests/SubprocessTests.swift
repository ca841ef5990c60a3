import CSystem
import Glibc
import System
import Testing

@Suite struct SubprocessTests {
    /// What a shell script writes, read to its end.
    private func output(of script: String, environment: [String]? = nil, input: CInt? = nil) throws -> String {
        var pipe = try Pipe()
        var child = try Subprocess(
            ["/bin/sh", "-c", script], environment: environment, input: input, output: pipe.rawWriter)
        pipe.writer = nil
        var bytes: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(pipe.rawReader) { bytes += more }
        child.wait()
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func theExitCodeIsTold() throws {
        var child = try Subprocess(["/bin/sh", "-c", "exit 7"])
        #expect(child.wait() == .code(7))
        #expect(child.reap() == .code(7))
        child.kill(SIGKILL)
    }

    @Test func aMissingProgramIsAnError() {
        #expect(throws: Errno("posix_spawn", code: ENOENT)) { _ = try Subprocess(["/none/such"]).pid }
        #expect(throws: Errno("posix_spawn", code: EINVAL)) { _ = try Subprocess([]).pid }
    }

    @Test func aRunningChildIsNotReapedAndAKilledOneSaysSo() throws {
        var child = try Subprocess(["sleep", "1000"])
        #expect(child.reap() == nil)
        child.kill(SIGTERM)
        #expect(child.wait() == .signal(SIGTERM))
    }

    @Test func theChildHasNoDescriptorBeyondThoseGiven() throws {
        // As the caller's audio under EAGI: inherited from whoever started us, without close-on-exec.
        let stray = dup(0)
        defer { close(stray) }
        let listing = try output(of: "for fd in 0 1 2 3 4 5 6 7 8 9; do readlink /proc/self/fd/$fd; done; echo end")
        let lines = listing.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.first == "/dev/null")
        #expect(lines.dropFirst().first?.hasPrefix("pipe:") == true)
        #expect(lines.dropFirst(2).first == "/dev/null")
    }

    @Test func inputReachesTheChild() throws {
        var pipe = try Pipe()
        #expect(try Descriptor.write(pipe.rawWriter, Array("hello".utf8)) == 5)
        pipe.writer = nil
        #expect(try output(of: "cat", input: pipe.rawReader) == "hello")
    }

    @Test func theEnvironmentIsOursUnlessGiven() throws {
        setenv("SUBPROCESS_TEST", "ours", 1)
        defer { unsetenv("SUBPROCESS_TEST") }
        #expect(try output(of: "echo $SUBPROCESS_TEST") == "ours\n")
        #expect(try output(of: "echo $SUBPROCESS_TEST", environment: ["SUBPROCESS_TEST=given"]) == "given\n")
        #expect(try output(of: "echo $SUBPROCESS_TEST", environment: []) == "\n")
    }

    @Test func signalsAreNeitherBlockedNorIgnoredInTheChild() throws {
        // This thread's mask is put back; SIGPIPE stays ignored, as other tests need it at any time.
        var blocked = sigset_t()
        var before = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGHUP)
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, &before)
        signal(SIGPIPE, SIG_IGN)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        for line in try output(of: "exec grep -E '^Sig(Blk|Ign)' /proc/self/status").split(separator: "\n") {
            let mask = try #require(UInt64(line.suffix(16), radix: 16))
            // The C library keeps signals 32 and 33 for itself.
            #expect(mask & 0x7fff_ffff == 0, "\(line)")
        }
    }

    @Test func theEndOfTheValueKillsTheWholeGroup() throws {
        var pipe = try Pipe()
        var child: Subprocess? = try Subprocess(
            ["/bin/sh", "-c", "sleep 1000 & echo started; wait"], output: pipe.rawWriter)
        pipe.writer = nil
        #expect(try Descriptor.read(pipe.rawReader) == .bytes(Array("started\n".utf8)))
        let pid = child?.pid ?? 0
        child = nil
        #expect(try Descriptor.read(pipe.rawReader) == .end)
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }
}
