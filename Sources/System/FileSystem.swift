import CSystem
import Glibc

/// The kind of a file system and its free room. statfs(2).
public struct FileSystem: Equatable, Sendable {
    /// Whether its files are in memory, so that no disk holds up a writer and a restart of the machine empties it.
    public let isMemory: Bool
    /// How many bytes can still be written.
    public let free: Int

    /// linux/magic.h: TMPFS_MAGIC and RAMFS_MAGIC.
    private static let memoryTypes: [UInt32] = [0x0102_1994, 0x8584_58f6]

    /// The file system of `path`; nil where nothing is there.
    public init?(of path: String) {
        var status = statfs()
        if statfs(path, &status) != 0 { return nil }
        isMemory = FileSystem.memoryTypes.contains(UInt32(truncatingIfNeeded: status.f_type))
        free = Int(clamping: status.f_bavail) * Int(clamping: status.f_bsize)
    }
}
