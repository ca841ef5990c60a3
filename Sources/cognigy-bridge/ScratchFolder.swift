import Glibc
import System

/// A private folder below /tmp. It is removed when this value ends, or by the next process if this one was killed.
struct ScratchFolder: ~Copyable {
    let path: String

    private static let prefix = "cognigy-bridge-"

    init() throws(Errno) {
        ScratchFolder.sweep()
        var template = Array("/tmp/\(ScratchFolder.prefix)\(getpid()).XXXXXX".utf8CString)
        if mkdtemp(&template) == nil { throw Errno("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { ScratchFolder.remove(path) }

    /// Removes the folders of processes that were killed.
    private static func sweep() {
        for name in (try? FolderListing.names("/tmp")) ?? [] where name.hasPrefix(prefix) {
            // A name without the suffix of mkdtemp(3) is a state folder, named after a user.
            let parts = name.dropFirst(prefix.count).split(separator: ".")
            guard parts.count == 2, let owner = pid_t(parts[0]), kill(owner, 0) != 0, errno == ESRCH else { continue }
            var status = stat()
            let path = "/tmp/\(name)"
            if lstat(path, &status) == 0, status.st_uid == geteuid() { remove(path) }
        }
    }

    private static func remove(_ path: String) {
        if var removal = try? Subprocess(["rm", "-rf", path]) { removal.wait() }
    }
}
