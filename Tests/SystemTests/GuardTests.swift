import Glibc
import System
import Testbed
import Testing

@Suite struct GuardTests {
    /// Nobody else sleeps for as long.
    private static func number() -> Int { Int.random(in: 100_000...999_999_999) }

    private func isRunning(_ sleep: Int) throws -> Bool {
        var pgrep = try Subprocess(["pgrep", "-f", "^sleep \(sleep)$"])
        return pgrep.wait() == .code(0)
    }

    private func start(_ script: String, limits: Subprocess.Limits = .init()) throws -> Subprocess {
        try Subprocess(
            guarding: ["/bin/sh", "-c", script], environment: ["PATH=/usr/bin:/bin"], input: 0, output: 2,
            limits: limits)
    }

    @Test func whoeverIsLetGoTakesAllThatHeStartedAlong() throws {
        let (first, second) = (Self.number(), Self.number())
        var child: Subprocess? = try start("sleep \(first) & sleep \(second)")
        #expect(eventually { (try? isRunning(first)) == true && (try? isRunning(second)) == true })
        child = nil
        _ = child
        #expect(eventually { (try? isRunning(first)) == false && (try? isRunning(second)) == false })
    }

    @Test func whatAProgramLeavesRunningEndsWithIt() throws {
        let left = Self.number()
        var child = try start("sleep \(left) & while ! pgrep -f '^sleep \(left)$' >/dev/null; do :; done")
        #expect(child.wait() == .code(0))
        #expect(eventually { (try? isRunning(left)) == false })
    }

    @Test(arguments: [
        ("exit 0", Subprocess.ExitStatus.code(0)), ("exit 7", .code(7)), ("kill -6 $$", .signal(SIGABRT)),
    ])
    func theEndIsTheProgramsOwn(_ script: String, _ status: Subprocess.ExitStatus) throws {
        var child = try start(script)
        #expect(child.wait() == status)
    }

    @Test func whatIsNotThereIsSaidAtOnce() {
        #expect(throws: Errno("execve", code: ENOENT)) {
            _ = try Subprocess(guarding: ["/no/program"], environment: [], input: 0, output: 2, limits: .init())
        }
    }

    @Test func itHasNoDescriptorsButItsThree() throws {
        var pipe = try Pipe()
        let raw = pipe.rawWriter
        // As Asterisk leaves the caller's voice open.
        _ = fcntl(raw, F_SETFD, 0)
        var child = try Subprocess(
            guarding: ["/bin/sh", "-c", "ls /proc/self/fd"], environment: ["PATH=/usr/bin:/bin"], input: 0, output: raw,
            limits: .init())
        pipe.writer = nil
        child.wait()
        guard case .bytes(let bytes) = try Descriptor.read(pipe.rawReader) else { return #expect(Bool(false)) }
        // 3 is the folder that ls reads.
        #expect(String(decoding: bytes, as: UTF8.self) == "0\n1\n2\n3\n")
    }

    @Test func aProgramThatNeverRestsIsEnded() throws {
        var child = try start("while :; do :; done", limits: Subprocess.Limits(cpuSeconds: 1))
        let end = child.wait()
        #expect(end == .signal(SIGXCPU) || end == .signal(SIGKILL))
    }

    @Test func aProgramThatWantsTooMuchMemoryDoesNotGetIt() throws {
        let greedy = "x=$(head -c 100000000 /dev/zero | tr '\\0' x)"
        var child = try start(greedy, limits: Subprocess.Limits(memory: 30 << 20))
        #expect(child.wait() != .code(0))
        child = try start(greedy)
        #expect(child.wait() == .code(0))
    }
}
