import CSystem
import Glibc

/// An open descriptor that is closed when this value ends.
///
/// The room System is the doorway to Linux: descriptors, files, folders, locks, processes, signals and clocks. Each type
/// wraps few system calls, names them in its comments and throws `Errno`. Nothing here knows about calls or services.
public struct FileDescriptor: ~Copyable, Sendable {
    public let raw: CInt

    /// Takes over `raw`.
    public init(owning raw: CInt) { self.raw = raw }

    deinit { close(raw) }

    /// Gives the descriptor away without closing it.
    public consuming func release() -> CInt {
        let raw = self.raw
        discard self
        return raw
    }

    /// open(2), always close-on-exec and never through a symbolic link in the last step.
    public static func open(
        _ path: String, _ flags: CInt, mode: mode_t = 0o600
    ) throws(Errno) -> FileDescriptor {
        FileDescriptor(
            owning: try retryingOnInterrupt("open") { Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode) })
    }
}

/// Both ends of a pipe(7), close-on-exec.
public struct Pipe: ~Copyable, Sendable {
    public var reader: FileDescriptor?
    public var writer: FileDescriptor?

    public init() throws(Errno) {
        var ends: [CInt] = [0, 0]
        try retryingOnInterrupt("pipe") { pipe2(&ends, O_CLOEXEC) }
        reader = FileDescriptor(owning: ends[0])
        writer = FileDescriptor(owning: ends[1])
    }

    /// The ends' numbers; -1, which no call accepts, for one that is closed.
    public var rawReader: CInt {
        switch reader {
        case .some(let end): end.raw
        case nil: -1
        }
    }
    public var rawWriter: CInt {
        switch writer {
        case .some(let end): end.raw
        case nil: -1
        }
    }
}

/// Reads, writes and questions for descriptors that are owned elsewhere: 0, 1, and the raw value of any other.
public enum Descriptor {
    /// The result of one read.
    public enum Input: Equatable {
        case bytes([UInt8])
        case nothingYet
        case end
    }

    /// One read(2) of at most `limit` bytes; with `offset` pread(2), of a file.
    public static func read(
        _ descriptor: CInt, limit: Int = 16_384, at offset: Int? = nil
    ) throws(Errno) -> Input {
        var failure: Errno?
        // Not zeroed first, because that would cost more than the read.
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(Errno) {
                count = try retryingOnInterrupt("read") {
                    guard let offset else { return Glibc.read(descriptor, buffer.baseAddress, limit) }
                    return pread(descriptor, buffer.baseAddress, limit, off_t(offset))
                }
            } catch {
                failure = error
            }
        }
        if let failure {
            if failure.code == EAGAIN { return .nothingYet }
            throw failure
        }
        return bytes.isEmpty ? .end : .bytes(bytes)
    }

    /// One write(2). Returns how many bytes were written, 0 where the descriptor is full.
    public static func write(_ descriptor: CInt, _ bytes: some Sequence<UInt8>) throws(Errno) -> Int {
        let bytes = ContiguousArray(bytes)
        var failure: Errno?
        let count = bytes.withUnsafeBytes { buffer -> Int in
            do throws(Errno) {
                return try retryingOnInterrupt("write") { Glibc.write(descriptor, buffer.baseAddress, buffer.count) }
            } catch {
                failure = error
                return 0
            }
        }
        if let failure {
            if failure.code == EAGAIN { return 0 }
            throw failure
        }
        return count
    }

    /// Writes everything. Waits where the descriptor is full, at most until `deadline`.
    public static func writeAll(
        _ descriptor: CInt, _ bytes: some Sequence<UInt8>, deadline: Duration
    ) throws(Errno) {
        var rest = ArraySlice(Array(bytes))
        while !rest.isEmpty {
            let ready = try Poll.wait(
                for: Poll.Interest(descriptor, .writable), timeout: deadline - MonotonicClock.now())
            if ready.isEmpty { throw Errno("write", code: ETIMEDOUT) }
            rest = rest.dropFirst(try write(descriptor, rest.prefix(Int(PIPE_BUF))))
        }
    }

    /// FIONREAD: how many bytes the other end of a pipe has not read yet; 0 where that is unknown.
    public static func unreadBytes(_ descriptor: CInt) -> Int {
        var count: CInt = 0
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? Int(count) : 0
    }

    public static func setNonBlocking(_ descriptor: CInt) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// Occupies those of 0, 1 and 2 that we were started without, because otherwise the next opened file would be taken
    /// for one of them. Each is open the wrong way round, so that using it gives an error, as with a closed one.
    public static func occupyStandard() {
        for (descriptor, mode) in [(0, O_WRONLY), (1, O_RDONLY), (2, O_RDONLY)]
        where fcntl(CInt(descriptor), F_GETFD) < 0 {
            // open(2) takes the lowest that is free.
            _ = open("/dev/null", mode)
        }
    }

    public static func isTerminal(_ descriptor: CInt) -> Bool { isatty(descriptor) == 1 }

    /// The terminal behind `descriptor`, opened anew so that no write waits for it; nil where it is no terminal. Even where
    /// poll(2) finds room a write may wait for more, and O_NONBLOCK on `descriptor` itself would hold for the shell too.
    public static func terminal(_ descriptor: CInt) -> FileDescriptor? {
        guard isTerminal(descriptor), let name = ttyname(descriptor) else { return nil }
        return try? FileDescriptor.open(String(cString: name), O_WRONLY | O_NONBLOCK | O_NOCTTY)
    }
}
