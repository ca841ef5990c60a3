import Glibc
import System

/// This call's own files: the folder is made when first needed and gone with the call. A lock in it tells other
/// processes that the call lives.
public struct CallFolder: ~Copyable {
    public enum Failure: Error, Equatable {
        case noStateFolder
        case refused(PrivateFolder.Refusal)
        case failed(Errno)
    }

    static let lockName = ".lock"

    private let state: StateFolder?
    private var folder: String?
    private var lock: FileLock?
    private var count = 0

    public init(state: StateFolder?) { self.state = state }

    deinit { erase() }

    /// The path of a new file, which the caller makes.
    public mutating func path(extension: String) throws(Failure) -> String { "\(try newPath()).\(`extension`)" }

    /// Keeps `bytes`; the path without its extension, as STREAM FILE takes it.
    public mutating func store(_ bytes: some Collection<UInt8>, extension: String) throws(Failure) -> String {
        let path = try newPath()
        let file = "\(path).\(`extension`)"
        do throws(Errno) {
            let descriptor = try FileDescriptor.open(file, O_WRONLY | O_CREAT | O_EXCL)
            try Descriptor.writeWhole(descriptor.raw, bytes)
        } catch {
            unlink(file)
            throw .failed(error)
        }
        return path
    }

    /// Removes a file of this call, named with its extension or without.
    public func remove(_ path: String) {
        guard let folder, path.hasPrefix("\(folder)/") else { return }
        let name = path.dropFirst(folder.utf8.count + 1)
        for file in (try? FolderListing.names(folder)) ?? [] where file == name || file.hasPrefix("\(name).") {
            unlink("\(folder)/\(file)")
        }
    }

    public mutating func removeAll() {
        erase()
        folder = nil
        lock = nil
    }

    private func erase() {
        guard let folder else { return }
        for name in (try? FolderListing.names(folder)) ?? [] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    /// Numbers, since a name that was played must not come again with other sound in it.
    private mutating func newPath() throws(Failure) -> String {
        let folder = try ownFolder()
        count += 1
        return "\(folder)/\(count)"
    }

    private mutating func ownFolder() throws(Failure) -> String {
        if let folder { return folder }
        guard let state else { throw .noStateFolder }
        let calls = CallFolder.calls(in: state)
        do throws(PrivateFolder.Refusal) { try PrivateFolder.prepare(calls) } catch { throw .refused(error) }
        let path = "\(calls)/\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        do throws(Errno) {
            try retryingOnInterrupt("mkdir") { mkdir(path, 0o700) }
            folder = path
            lock = try FileLock.tryLock("\(path)/\(CallFolder.lockName)")
        } catch {
            removeAll()
            throw .failed(error)
        }
        return path
    }

    static func calls(in state: StateFolder) -> String { "\(state.path)/calls" }
}
