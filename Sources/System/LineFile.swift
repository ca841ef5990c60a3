import Glibc

/// A file to which many processes add lines.
public enum LineFile {
    /// One write(2) under O_APPEND, so that lines of different processes never mix; it never waits for a reader.
    public static func append(_ line: some Collection<UInt8>, to path: String) throws(Errno) {
        let file = try FileDescriptor.open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, mode: 0o640)
        if try Descriptor.write(file.raw, line) < line.count { throw Errno("write", code: ENOSPC) }
    }
}
