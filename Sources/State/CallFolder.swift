import Glibc
import System

/// This call's own files. The folder is made when it is first needed and removed with the call. A lock in it tells
/// other processes that the call lives.
public struct CallFolder: ~Copyable {
    public enum Failure: Error, Equatable {
        case noStateFolder
        case refused(PrivateFolder.Refusal)
        case failed(Errno)
    }

    static let lockName = ".lock"
    /// How many bytes of a memory file system the files of a call leave free for other users.
    static let reserve = 4 << 20

    private let state: StateFolder?
    private var first: Home?
    /// On the disk, for files that do not fit into memory.
    private var second: Home?
    private var count = 0

    public init(state: StateFolder?) { self.state = state }

    /// Makes a file of `size` bytes, to be written piece by piece. It lies in memory as long as there is room, unless it
    /// is to be `onDisk`.
    public mutating func create(extension: String, size: Int, onDisk: Bool = false) throws(Failure) -> CallFile {
        guard let state else { throw .noStateFolder }
        // Numbers, because a name that was played must not come again with another sound.
        count += 1
        let name = "\(count)"
        var refusal = Failure.failed(Errno("write", code: ENOSPC))
        if !onDisk {
            do throws(Failure) { return try CallFolder.create(name, `extension`, size, in: state, &first) } catch {
                refusal = error
            }
        }
        if state.lastingPath == state.path { throw refusal }
        guard let lasting = state.lasting() else { throw refusal }
        return try CallFolder.create(name, `extension`, size, in: lasting, &second)
    }

    /// Writes `bytes` to a new file and returns its path without the extension, as STREAM FILE takes it.
    public mutating func store(_ bytes: some Collection<UInt8>, extension: String) throws(Failure) -> String {
        let file = try create(extension: `extension`, size: bytes.count)
        do throws(Errno) {
            try file.append(bytes)
            return file.path
        } catch {
            remove(file.path)
            throw .failed(error)
        }
    }

    /// Removes a file of this call, named without its extension.
    public func remove(_ path: String) {
        first?.remove(path)
        second?.remove(path)
    }

    public mutating func removeAll() {
        first = nil
        second = nil
    }

    private static func create(
        _ name: String, _ ending: String, _ size: Int, in state: StateFolder, _ home: inout Home?
    ) throws(Failure) -> CallFile {
        if let fileSystem = FileSystem(of: state.path), fileSystem.isMemory, fileSystem.free < size + reserve {
            throw .failed(Errno("write", code: ENOSPC))
        }
        if let file = try home?.create(name, ending) { return file }
        // There is no folder yet, or a cleaner removed it.
        home = nil
        home = try Home(in: state)
        guard let file = try home?.create(name, ending) else { throw .failed(Errno("open", code: ENOENT)) }
        return file
    }

    static func calls(in state: String) -> String { "\(state)/calls" }
}

extension CallFolder {
    /// A folder of this call. It is removed when this value ends.
    private final class Home {
        private let path: String
        private let lock: FileLock?
        /// By their paths without extension. They are kept here because listing a folder takes a descriptor, and there may
        /// be none left.
        private var files: [String: String] = [:]

        init(in state: StateFolder) throws(Failure) {
            let calls = CallFolder.calls(in: state.path)
            let path = "\(calls)/\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
            do throws(Errno) {
                try state.healing { () throws(Errno) in
                    if mkdir(calls, 0o700) != 0, errno != EEXIST { throw Errno("mkdir") }
                }
            } catch { throw .failed(error) }
            do throws(PrivateFolder.Refusal) { try PrivateFolder.prepare(calls) } catch { throw .refused(error) }
            do throws(Errno) {
                try retryingOnInterrupt("mkdir") { mkdir(path, 0o700) }
                lock = try FileLock.tryLock("\(path)/\(CallFolder.lockName)")
            } catch {
                rmdir(path)
                throw .failed(error)
            }
            self.path = path
        }

        deinit {
            for file in files.values { unlink(file) }
            unlink("\(path)/\(CallFolder.lockName)")
            rmdir(path)
        }

        /// nil: the folder is gone.
        func create(_ name: String, _ ending: String) throws(Failure) -> CallFile? {
            let file = "\(path)/\(name).\(ending)"
            do throws(Errno) {
                let descriptor = try FileDescriptor.open(file, O_WRONLY | O_CREAT | O_EXCL)
                files["\(path)/\(name)"] = file
                return CallFile(path: "\(path)/\(name)", descriptor)
            } catch {
                if error.code == ENOENT { return nil }
                throw .failed(error)
            }
        }

        func remove(_ path: String) {
            if let file = files.removeValue(forKey: path) { unlink(file) }
        }
    }
}

/// A file of a call that is being written.
public final class CallFile {
    /// Without its extension, as STREAM FILE takes it.
    public let path: String
    private let descriptor: FileDescriptor

    init(path: String, _ descriptor: consuming FileDescriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    public func append(_ bytes: some Collection<UInt8>) throws(Errno) {
        try Descriptor.writeWhole(descriptor.raw, bytes)
    }
}
