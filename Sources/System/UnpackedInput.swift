import Glibc

/// A file or a pipe from its beginning to its end, unpacked where gzip or zstd has packed it. Those programs unpack it, so
/// several packed files behind each other are one, as for them.
public final class UnpackedInput {
    public enum Failure: Error, Equatable {
        case unreadable(Errno)
        case notAFile
        /// The program that unpacks it is not there.
        case noProgram(String)
        case notStarted(String, Errno)
        /// The program found a fault; what came before it was handed over.
        case damaged(String, Subprocess.ExitStatus)
    }

    /// Its first bytes, and the program that unpacks it: RFC 1952, section 2.3.1; RFC 8878, section 3.1.1.
    private static let packings: [(magic: [UInt8], program: String)] = [
        ([0x1F, 0x8B], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
    ]
    private static let portion = 1 << 18

    /// What is unpacked, or read as it is.
    private let source: FileDescriptor
    /// How many bytes it has; nil for a pipe.
    public let size: Int?
    private var program: UnpackingProgram?
    /// What was read of a pipe to see how it is packed, or is not written to the program yet.
    private var pending: ArraySlice<UInt8> = []
    private var isRead = false
    private var hasBegun = false

    /// Opens the file at `path`; a symbolic link is followed, because an operator named it.
    public convenience init(path: String) throws(Failure) {
        let raw: CInt
        do throws(Errno) {
            raw = try retryingOnInterrupt("open") { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        } catch { throw .unreadable(error) }
        try self.init(FileDescriptor(owning: raw))
        if size == nil { throw .notAFile }
    }

    /// Reads what is left of a descriptor, which stays open.
    public convenience init(copying descriptor: CInt) throws(Failure) {
        let raw: CInt
        do throws(Errno) {
            raw = try retryingOnInterrupt("fcntl") { fcntl(descriptor, F_DUPFD_CLOEXEC, 4) }
        } catch { throw .unreadable(error) }
        try self.init(FileDescriptor(owning: raw))
    }

    private init(_ source: consuming FileDescriptor) throws(Failure) {
        self.source = source
        var status = stat()
        if fstat(self.source.raw, &status) != 0 { throw .unreadable(Errno("fstat")) }
        size = status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    /// Looks how it is packed, and starts the program that unpacks it.
    private func begin() throws(Failure) {
        hasBegun = true
        // The beginning may come in several pieces.
        while pending.count < 4, !isRead {
            let piece = try Self.readPiece(source.raw, limit: 4 - pending.count)
            isRead = piece.isEmpty
            pending += piece
        }
        guard let name = Self.packings.first(where: { pending.starts(with: $0.magic) })?.program else { return }
        if size != nil {
            // The program goes on where this descriptor is.
            lseek(source.raw, -off_t(pending.count), SEEK_CUR)
            pending = []
        }
        do throws(Errno) { program = try UnpackingProgram(name, source: size == nil ? nil : source.raw) } catch {
            throw error.code == ENOENT ? .noProgram(name) : .notStarted(name, error)
        }
    }

    /// How far it is read; nil where that is unknown.
    public var position: Int? {
        if size == nil { return nil }
        let position = lseek(source.raw, 0, SEEK_CUR)
        return position < 0 ? nil : Int(position)
    }

    /// Some more of it; empty at its end.
    public func read() throws(Failure) -> [UInt8] {
        if !hasBegun { try begin() }
        if program != nil { return try unpack() }
        if !pending.isEmpty {
            defer { pending = [] }
            return Array(pending)
        }
        return isRead ? [] : try Self.readPiece(source.raw, limit: Self.portion)
    }

    /// Gives the program what it reads, where it does not read the file itself, until it has written something.
    private func unpack() throws(Failure) -> [UInt8] {
        while true {
            var interests = [Poll.Interest(program?.output ?? -1, .readable)]
            if let feed = program?.feed {
                if !pending.isEmpty {
                    interests.append(Poll.Interest(feed, .writable))
                } else if !isRead {
                    interests.append(Poll.Interest(source.raw, .readable))
                } else {
                    program?.endFeed()
                }
            }
            let ready: [CInt: Poll.Events]
            do throws(Errno) { ready = try Poll.wait(for: interests, timeout: nil) } catch { throw .unreadable(error) }
            if ready[source.raw] != nil {
                let piece = try Self.readPiece(source.raw, limit: Self.portion)
                isRead = piece.isEmpty
                pending = piece[...]
            }
            if let feed = program?.feed, ready[feed] != nil {
                if let count = try? Descriptor.write(feed, pending.prefix(1 << 16)) {
                    pending = pending.dropFirst(count)
                } else {
                    // It reads no more, and will say why by its end.
                    program?.endFeed()
                }
            }
            guard let output = program?.output, ready[output] != nil else { continue }
            let bytes = try Self.readPiece(output, limit: Self.portion)
            if !bytes.isEmpty { return bytes }
            if let failure = program?.failure() { throw failure }
            return []
        }
    }

    private static func readPiece(_ descriptor: CInt, limit: Int) throws(Failure) -> [UInt8] {
        do throws(Errno) {
            while true {
                switch try Descriptor.read(descriptor, limit: limit) {
                case .bytes(let bytes): return bytes
                case .end: return []
                case .nothingYet: _ = try Poll.wait(for: Poll.Interest(descriptor, .readable), timeout: nil)
                }
            }
        } catch { throw .unreadable(error) }
    }
}

/// A program that writes what it reads, unpacked.
private struct UnpackingProgram: ~Copyable {
    private let name: String
    private var process: Subprocess
    private let reader: FileDescriptor
    private var writer: FileDescriptor?

    /// `source`: what it reads; nil where it is fed.
    init(_ name: String, source: CInt?) throws(Errno) {
        var fromProgram = try Pipe()
        var toProgram = try Pipe()
        guard let reader = fromProgram.reader.take(), let output = fromProgram.writer.take(),
            let input = toProgram.reader.take(), let writer = toProgram.writer.take()
        else { throw Errno("pipe", code: EMFILE) }
        let environment = Filter.variables.compactMap { name in
            getenv(name).map { "\(name)=\(String(cString: $0))" }
        }
        process = try Subprocess(
            [name, "-dc"], environment: environment, input: source ?? input.raw, output: output.raw)
        Descriptor.setNonBlocking(writer.raw)
        self.name = name
        self.reader = reader
        self.writer = consume writer
        if source != nil { self.writer = nil }
    }

    var output: CInt { reader.raw }
    /// Where what it reads is written; nil where it reads by itself, or nothing more.
    var feed: CInt? {
        switch writer {
        case .some(let end): end.raw
        case nil: nil
        }
    }

    mutating func endFeed() { writer = nil }

    /// Why its output has ended too early; nil where it was whole.
    mutating func failure() -> UnpackedInput.Failure? {
        let status = process.wait()
        return status == .code(0) ? nil : .damaged(name, status)
    }
}
