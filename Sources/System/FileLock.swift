import CSystem
import Glibc

/// flock(2) on a file that is never unlinked: held until this value, or its process, ends.
public struct FileLock: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    /// The lock, or nil while another process holds it.
    public static func tryLock(_ path: String) throws(Errno) -> FileLock? {
        let descriptor = try FileDescriptor.open(path, O_RDWR | O_CREAT)
        do throws(Errno) {
            try retryingOnInterrupt("flock") { flock(descriptor.raw, LOCK_EX | LOCK_NB) }
        } catch {
            if error.code == EWOULDBLOCK { return nil }
            throw error
        }
        return FileLock(descriptor: descriptor)
    }

    /// Takes over a descriptor that is locked already.
    private init(descriptor: consuming FileDescriptor) { self.descriptor = descriptor }
}
