import CSystem
import Glibc

/// What a file system is, and what room it has. statfs(2).
package struct FileSystem: Equatable, Sendable {
    /// Its files are in memory: no disk holds up whoever writes there, and a restart of the machine empties it.
    package let isMemory: Bool
    /// So many bytes may still be written.
    package let free: Int

    /// linux/magic.h: TMPFS_MAGIC and RAMFS_MAGIC.
    private static let memoryTypes: Set<UInt32> = [0x0102_1994, 0x8584_58f6]

    /// Of what is at `path`; nil where nothing is.
    package init?(of path: String) {
        var status = statfs()
        if statfs(path, &status) != 0 { return nil }
        isMemory = FileSystem.memoryTypes.contains(UInt32(truncatingIfNeeded: status.f_type))
        free = Int(clamping: status.f_bavail) * Int(clamping: status.f_bsize)
    }
}
