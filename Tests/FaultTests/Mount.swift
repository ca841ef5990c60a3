import Glibc
import System
import TestService

/// A file system in memory, mounted for as long as this lives. Only root has one.
final class Mount {
    private let path: String

    /// `options`: those of tmpfs(5), beside the mode.
    init(_ path: String, _ options: String) throws {
        self.path = path
        mkdir(path, 0o700)
        try Self.run(["mount", "-t", "tmpfs", "-o", "mode=700,\(options)", "none", path])
    }

    deinit { try? Self.run(["umount", "-l", path]) }

    func makeReadOnly() throws { try Self.run(["mount", "-o", "remount,ro", path]) }

    /// Fills what is left.
    func fill() throws {
        let file = try FileDescriptor.open("\(path)/filler", O_WRONLY | O_CREAT, mode: 0o600)
        let block = [UInt8](repeating: 0, count: 4096)
        while write(file.raw, block, block.count) > 0 {}
    }

    private static func run(_ command: [String]) throws {
        var process = try Subprocess(command)
        if process.wait() != .code(0) { throw Errno("mount", code: EPERM) }
    }
}
