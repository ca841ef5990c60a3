import Glibc
import System
import TestService
import Testbed
import Testing

/// What a process holds in memory is its secrets, too.
@Suite struct CoreDumpTests {
    /// What bash says of a process that was aborted once it had written a line; it dumps into the folder, if at all.
    private func abort(_ program: String) throws -> (said: String, files: [String]) {
        let folder = try TemporaryFolder()
        let outcome = try Outcome(of: [
            "bash", "-c",
            """
            ulimit -c unlimited; cd '\(folder.path)'
            coproc CHILD { \(program); }; child=$CHILD_PID
            read -r -u "${CHILD[0]}" line; kill -ABRT $child; wait $child; echo "$line $?"
            """,
        ])
        #expect(outcome.output.hasSuffix(" 134\n"), "\(outcome.output) \(outcome.errors)")
        return (outcome.errors, try folder.names())
    }

    @Test func aBridgeThatIsAbortedLeavesNoCore() throws {
        let other = try abort("echo started; exec sleep 100")
        // A machine that dumps nothing at all proves nothing.
        if !other.said.contains("core dumped") { return }
        let bridge = try abort("exec '\(Binary.path)' simulate --port 0")
        #expect(bridge.said.contains("Aborted") && !bridge.said.contains("core dumped"))
        #expect(bridge.files == [])
    }
}
