import Glibc
import System

extension CallFolder {
    /// How many bytes of sound one sweep removes at most, because that takes time too.
    static let sweptBytes = 64 << 20

    /// Removes folders that are older than `age` seconds and whose call is dead.
    public static func sweep(_ state: String, now: Double, olderThan age: Double = 300) {
        guard let calls = try? FileDescriptor.open(calls(in: state), O_RDONLY | O_DIRECTORY) else { return }
        var left = sweptBytes
        for name in Sweep.names(in: calls) { sweep(name, in: calls.raw, now: now, age: age, left: &left) }
    }

    /// Everything goes through descriptors, so that a name which is exchanged meanwhile leads nowhere else.
    private static func sweep(_ name: String, in calls: CInt, now: Double, age: Double, left: inout Int) {
        let raw = openat(calls, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if raw < 0 { return }
        let folder = FileDescriptor(owning: raw)
        var status = stat()
        if fstat(raw, &status) != 0 || status.st_uid != geteuid() || !status.isOlder(than: age, at: now) { return }
        guard let lock = deadLock(in: raw) else { return }
        // The lock goes last, so that the next sweep can lock what a killed sweep left.
        for file in (try? FolderListing.names(in: folder)) ?? [] where file != lockName {
            if left <= 0 { return }
            if fstatat(raw, file, &status, AT_SYMLINK_NOFOLLOW) == 0 { left -= Int(status.st_size) }
            unlinkat(raw, file, 0)
        }
        unlinkat(raw, lockName, 0)
        unlinkat(calls, name, AT_REMOVEDIR)
        _ = consume lock
        _ = consume folder
    }

    /// Takes the lock of a call that is dead; nil where the call lives. A call that died early may have made no lock.
    private static func deadLock(in folder: CInt) -> FileLock? {
        let raw = openat(folder, lockName, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if raw < 0 { return errno == ENOENT ? .unguarded() : nil }
        return try? FileLock.tryLock(owning: FileDescriptor(owning: raw))
    }
}
