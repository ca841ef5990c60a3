import Glibc
import System

/// A private folder that is gone with everything in it when its last user ends.
package final class TemporaryFolder: Sendable {
    package let path: String

    package init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/cognigy-bridge-tests.XXXXXX".utf8CString)
        if mkdtemp(&template) == nil { throw Errno("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        if var removal = try? Subprocess(["rm", "-rf", path]) { removal.wait() }
    }

    /// A whole path stays what it is.
    package func path(_ name: String) -> String { name.hasPrefix("/") ? name : "\(path)/\(name)" }

    package func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
        try AtomicFile.write(Array(text.utf8), to: path(name))
        try retryingOnInterrupt("chmod") { chmod(path(name), mode) }
    }

    package func text(_ name: String) throws -> String {
        String(decoding: try AtomicFile.read(path(name), limit: 1 << 30, forbidden: 0).bytes, as: UTF8.self)
    }

    package func names() throws -> [String] { try FolderListing.names(path) }
}
