import Glibc
import System
import TestService
import Testbed
import Testing

@Suite struct ChildrenTests {
    @Test func aVoiceProgramDoesNotOutliveABridgeThatIsKilled() throws {
        // Nobody else sleeps for as long.
        let (program, grandchild) = (Int.random(in: 100_000...499_999_999), Int.random(in: 500_000_000...999_999_999))
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\nsleep \(grandchild) &\nexec sleep \(program)\n", to: "voice", mode: 0o700)
        let pbx = try PBX(
            #"open send {"type":"response","text":"hello"}"#,
            settings: ["COGNIGY_SPEECH_TTS_COMMAND": folder.path("voice")])
        func isRunning(_ number: Int) -> Bool {
            var pgrep = try? Subprocess(["pgrep", "-f", "^sleep \(number)$"])
            return pgrep?.wait() == .code(0)
        }
        let call = Box(try pbx.start([]))
        let end = MonotonicClock.now() + .seconds(20)
        while !(isRunning(program) && isRunning(grandchild)), MonotonicClock.now() < end {
            try call.asterisk.advance()
            _ = try Poll.wait(for: call.asterisk.interests, timeout: .milliseconds(50))
        }
        try #require(isRunning(program) && isRunning(grandchild))
        call.signal(SIGKILL)
        try call.run { _ in false }
        #expect(eventually { !isRunning(program) && !isRunning(grandchild) })
    }
}
