import Glibc

/// Small files that many processes share. They are read whole or not at all, and replaced in one step.
public enum AtomicFile {
    /// Why a file must not be used.
    public enum Refusal: Error, Equatable {
        case absent
        case symbolicLink
        case notRegular
        /// Somebody else owns it.
        case foreign
        /// Its permissions let others do what the reader forbids.
        case exposed
        case tooLarge
        case unreadable(Errno)
    }

    /// Who may own a file that is read.
    public enum Owner: Sendable {
        case us
        case usOrRoot
        case anyone

        func accepts(_ user: uid_t) -> Bool {
            switch self {
            case .us: user == geteuid()
            case .usOrRoot: user == geteuid() || user == 0
            case .anyone: true
            }
        }
    }

    public struct Content: Sendable {
        public let bytes: [UInt8]
        public let permissions: mode_t
    }

    /// Reads a regular file of at most `limit` bytes that has none of the `forbidden` permission bits.
    public static func read(
        _ path: String, limit: Int, owner: Owner = .us, forbidden: mode_t = 0o077
    ) throws(Refusal) -> Content {
        let status: stat
        let bytes: [UInt8]
        do throws(Errno) {
            (status, bytes) = try load(path, limit: limit)
        } catch {
            switch error.code {
            case ENOENT, ENOTDIR: throw .absent
            case ELOOP: throw .symbolicLink
            default: throw .unreadable(error)
            }
        }
        if status.st_mode & S_IFMT != S_IFREG { throw .notRegular }
        if !owner.accepts(status.st_uid) { throw .foreign }
        if status.st_mode & forbidden != 0 { throw .exposed }
        if bytes.count > limit { throw .tooLarge }
        return Content(bytes: bytes, permissions: status.st_mode & 0o7777)
    }

    /// The status of the file, and where it is a regular file at most one byte more than `limit` of its content.
    private static func load(_ path: String, limit: Int) throws(Errno) -> (stat, [UInt8]) {
        // O_NONBLOCK: opening a FIFO must not wait for its writer.
        let file = try FileDescriptor.open(path, O_RDONLY | O_NONBLOCK)
        var status = stat()
        try retryingOnInterrupt("fstat") { fstat(file.raw, &status) }
        var bytes: [UInt8] = []
        if status.st_mode & S_IFMT != S_IFREG { return (status, bytes) }
        while bytes.count <= limit {
            // One byte more than it had, since it may grow; files of /proc have no size.
            let expected = max(min(Int(status.st_size), limit) + 1 - bytes.count, 4096)
            let input = try Descriptor.read(file.raw, limit: min(limit + 1 - bytes.count, expected))
            guard case .bytes(let more) = input else { break }
            bytes += more
        }
        return (status, bytes)
    }

    /// The end of the name of an unfinished file. A writer that was killed may leave one.
    public static let temporarySuffix = ".tmp"

    /// Replaces the file. Readers see the old bytes or the new ones; where it is written `durably`, also after a crash. `mode`
    /// is what the file has, whatever umask(2) says.
    public static func write(
        _ bytes: some Collection<UInt8>, to path: String, durably: Bool = true, mode: mode_t? = nil
    ) throws(Errno) {
        try replace(path) { file throws(Errno) in
            if let mode { try retryingOnInterrupt("fchmod") { fchmod(file, mode) } }
            try Descriptor.writeWhole(file, bytes)
            if durably { try retryingOnInterrupt("fsync") { fsync(file) } }
        }
    }

    /// Replaces the file by zeros. They take no room until something else is written in their place.
    public static func writeZeros(_ count: Int, to path: String) throws(Errno) {
        try replace(path) { file throws(Errno) in
            try retryingOnInterrupt("ftruncate") { ftruncate(file, off_t(count)) }
        }
    }

    private static func replace(_ path: String, _ fill: (CInt) throws(Errno) -> Void) throws(Errno) {
        let temporary = "\(path).\(String(UInt64.random(in: .min ... .max), radix: 36))\(temporarySuffix)"
        do throws(Errno) {
            let file = try FileDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
            try fill(file.raw)
            try retryingOnInterrupt("rename") { rename(temporary, path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }
}

extension Descriptor {
    /// Writes everything to a file, which is never "full" in the way a pipe is.
    public static func writeWhole(_ descriptor: CInt, _ bytes: some Sequence<UInt8>) throws(Errno) {
        var rest = ArraySlice(Array(bytes))
        while !rest.isEmpty {
            // In pieces, because `write` copies what it is given.
            let count = try write(descriptor, rest.prefix(1 << 16))
            if count == 0 { throw Errno("write", code: ENOSPC) }
            rest = rest.dropFirst(count)
        }
    }
}
