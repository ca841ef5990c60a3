import CSystem
import Glibc

/// flock(2) on a file that is never unlinked. The lock is held until this value or its process ends.
public struct FileLock: ~Copyable, Sendable {
    private let descriptor: FileDescriptor?

    /// Takes the lock; nil while another process holds it.
    public static func tryLock(_ path: String) throws(Errno) -> FileLock? {
        try tryLock(owning: try FileDescriptor.open(path, O_RDWR | O_CREAT))
    }

    /// The same for a lock file that is open.
    public static func tryLock(owning descriptor: consuming FileDescriptor) throws(Errno) -> FileLock? {
        try take(LOCK_EX, descriptor)
    }

    /// Takes a lock that many processes may hold at the same time while none holds it alone. The lock file is open.
    public static func tryShare(owning descriptor: consuming FileDescriptor) throws(Errno) -> FileLock? {
        try take(LOCK_SH, descriptor)
    }

    private static func take(
        _ operation: CInt, _ descriptor: consuming FileDescriptor
    ) throws(Errno) -> FileLock? {
        do throws(Errno) {
            try retryingOnInterrupt("flock") { flock(descriptor.raw, operation | LOCK_NB) }
        } catch {
            if error.code == EWOULDBLOCK { return nil }
            throw error
        }
        return FileLock(descriptor: descriptor)
    }

    /// A lock that guards nothing, so that work goes on where no lock can be made.
    public static func unguarded() -> FileLock { FileLock(descriptor: nil) }

    /// Takes over a descriptor that is already locked.
    private init(descriptor: consuming FileDescriptor?) { self.descriptor = descriptor }
}
