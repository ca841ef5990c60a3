import Glibc

/// A file to which many processes add lines.
public enum LineFile {
    /// Appends by one write(2) under O_APPEND, so that lines of different processes never mix. Never waits for a reader.
    public static func append(_ line: some Collection<UInt8>, to path: String, mode: mode_t = 0o640) throws(Errno) {
        let file = try FileDescriptor.open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: mode)
        if try Descriptor.write(file.raw, line) < line.count { throw Errno("write", code: ENOSPC) }
    }
}
