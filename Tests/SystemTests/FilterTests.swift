import Glibc
import System
import Testing

@Suite struct FilterTests {
    /// What the script writes, waited for as the call's loop waits; how often that woke up, and how long it took.
    private func run(
        _ script: String, input: [UInt8] = [], limit: Int = 1 << 20, within patience: Duration = .seconds(30),
        eachTurn look: (inout Filter) -> Void = { _ in }
    ) throws -> (output: String, turns: Int, took: Duration) {
        signal(SIGPIPE, SIG_IGN)
        let began = MonotonicClock.now()
        var filter = try Filter(
            ["/bin/sh", "-c", script], input: input, limit: limit, deadline: MonotonicClock.now() + patience)
        var turns = 0
        while true {
            turns += 1
            look(&filter)
            if let output = try filter.step(MonotonicClock.now()) {
                return (String(decoding: output, as: UTF8.self), turns, MonotonicClock.now() - began)
            }
            _ = try Poll.wait(for: filter.interests, timeout: filter.deadline - MonotonicClock.now())
        }
    }

    @Test func whatGoesInComesOut() throws {
        #expect(try run("cat", input: Array("hello".utf8)).output == "hello")
        #expect(try run("wc -c", input: [UInt8](repeating: 0, count: 1_000_000)).output == "1000000\n")
    }

    @Test func aProgramThatDoesNotReadItsInputIsHeardAllTheSame() throws {
        #expect(try run("exec <&-; echo done", input: [UInt8](repeating: 0, count: 1_000_000)).output == "done\n")
    }

    @Test(arguments: [("exit 3", Subprocess.ExitStatus.code(3)), ("kill -9 $$", .signal(SIGKILL)), ("true", .code(0))])
    func aProgramThatFailsOrSaysNothingIsAFailure(_ script: String, _ status: Subprocess.ExitStatus) {
        #expect(throws: Filter.Failure.ended(status)) { try run(script) }
    }

    /// What was written may be half of it.
    @Test(arguments: [("exit 3", Subprocess.ExitStatus.code(3)), ("kill -9 $$", .signal(SIGKILL))])
    func aProgramThatFailsAfterItClosedItsOutputIsAFailureToo(_ end: String, _ status: Subprocess.ExitStatus) {
        #expect(throws: Filter.Failure.ended(status)) { try run("echo half; exec >&-; sleep 0.2; \(end)") }
    }

    @Test func aProgramMayTakeItsTimeToEndAndNobodySpinsMeanwhile() throws {
        let result = try run("echo whole; exec >&-; sleep 0.5")
        #expect(result.output == "whole\n")
        // It looks every five milliseconds.
        #expect(Double(result.turns) < 100 + result.took / .milliseconds(5))
    }

    @Test(arguments: ["sleep 1000", "echo x; exec >&-; sleep 1000", "while :; do echo; sleep 0.01; done"])
    func aProgramThatDoesNotEndInTimeIsAFailure(_ script: String) {
        #expect(throws: Filter.Failure.timedOut) { try run(script, within: .milliseconds(300)) }
    }

    @Test func aProgramThatWritesTooMuchIsAFailure() {
        #expect(throws: Filter.Failure.tooMuchOutput) { try run("cat /dev/zero", limit: 100_000) }
    }

    @Test func whatHasArrivedIsHandedOverBeforeTheEndAndOnce() throws {
        var early: [UInt8] = []
        let rest = try run("echo one; sleep 0.1; echo two") { early += $0.arrived() }.output
        #expect(
            String(decoding: early, as: UTF8.self) + rest == "one\ntwo\n" && early.starts(with: Array("one\n".utf8)))
        // What was handed over counts.
        #expect(try run("echo one; exec >&-; sleep 0.1") { _ = $0.arrived() }.output == "")
        #expect(throws: Filter.Failure.tooMuchOutput) {
            try run("cat /dev/zero", limit: 1_000_000) { _ = $0.arrived() }
        }
    }

    @Test func aProgramMayBeGivenMoreTime() throws {
        var isExtended = false
        let result = try run("sleep 0.5; echo done", within: .milliseconds(200)) {
            if !isExtended { $0.extend(by: .seconds(30)) }
            isExtended = true
        }
        #expect(result.output == "done\n")
    }

    @Test func aProgramThatIsNotThereIsNamed() {
        #expect {
            _ = try Filter(["/none/such"], input: [], limit: 1, deadline: .zero).deadline
        } throws: {
            "\($0)" == "it cannot be started: execve: No such file or directory"
        }
    }

    @Test func theProgramSeesNothingOfOurSettings() throws {
        setenv("COGNIGY_CLIENT_SECRET", "s3cret", 1)
        defer { unsetenv("COGNIGY_CLIENT_SECRET") }
        let lines = try run("env").output.split(separator: "\n")
        #expect(!lines.contains { $0.contains("s3cret") })
        #expect(lines.contains { $0.hasPrefix("PATH=") })
    }
}
