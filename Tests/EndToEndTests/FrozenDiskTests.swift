import FakeAsterisk
import Glibc
import System
import TestService
import Testbed
import Testing

/// A disk that takes no writes for a while, as when a virtual machine is backed up. Only root makes one, where there are
/// loop devices; elsewhere nothing is tested.
private final class Disk {
    let folder: TemporaryFolder
    let path: String

    init?() throws {
        folder = try TemporaryFolder()
        path = folder.path("disk")
        mkdir(path, 0o700)
        let image = folder.path("image")
        for command in [
            ["truncate", "-s", "16M", image], ["mkfs.ext4", "-q", "-F", image], ["mount", "-o", "loop", image, path],
        ] where !Disk.run(command) {
            return nil
        }
    }

    deinit {
        thaw()
        _ = Disk.run(["umount", path])
    }

    /// Somebody thaws it, even if this test is killed.
    func freeze() -> Bool {
        let isFrozen = Disk.run(["fsfreeze", "-f", path])
        _ = Disk.run(["sh", "-c", "(sleep 20; fsfreeze -u '\(path)') >/dev/null 2>&1 &"])
        return isFrozen
    }

    func thaw() { _ = Disk.run(["fsfreeze", "-u", path]) }

    private static func run(_ command: [String]) -> Bool {
        var process = try? Subprocess(command)
        return process?.wait() == .code(0)
    }
}

@Suite(.enabled(if: geteuid() == 0 && Memory.isThere)) struct FrozenDiskTests {
    @Test func aFrozenDiskHoldsUpNoCall() throws {
        guard let disk = try Disk() else { return }
        mkdir("\(disk.path)/state", 0o700)
        let pbx = try PBX(
            """
            open send {"type":"response","audioUrl":"/audio/a-8k-300ms.wav"}
            key 1 send {"type":"response","audioUrl":"/audio/b-8k-300ms.wav","end":true}
            """, settings: ["COGNIGY_PATHS_STATE": "\(disk.path)/state", "COGNIGY_PATHS_LOG": "off"])
        let plan: CallPlan = [.press("1", when: .whenHeard(1), after: .milliseconds(200))]
        try #require(disk.freeze())
        let record = try pbx.call(plan, deadline: .seconds(15))
        disk.thaw()
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(record.sounds.map(\.bytes.count) == [4800, 4800])
        #expect(record.lostKeys == "")
        // It would have waited for the thaw.
        #expect(record.length < .seconds(12))
    }
}
