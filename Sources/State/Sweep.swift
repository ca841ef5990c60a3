import Glibc
import System

/// Removes what is over from a folder that may have grown to any size.
///
/// One sweep looks at a limited number of files, because a call waits for it. It picks them at random, so that repeated
/// sweeps reach every file.
enum Sweep {
    /// How many files of one folder a sweep looks at.
    static let most = 50

    /// The names that this sweep looks at; none where the folder cannot be read.
    static func names(in folder: String, atMost count: Int = most) -> [String] {
        (try? FolderListing.sample(folder, count: count)) ?? []
    }

    /// The same for a folder that is open.
    static func names(in folder: borrowing FileDescriptor, atMost count: Int = most) -> [String] {
        (try? FolderListing.sample(in: folder, count: count)) ?? []
    }

    static func removeFiles(in folder: String, olderThan age: Double, at now: Double) {
        for name in names(in: folder) { remove("\(folder)/\(name)", ifOlderThan: age, at: now) }
    }

    static func remove(_ path: String, ifOlderThan age: Double, at now: Double) {
        if isOlder(path, than: age, at: now) { unlink(path) }
    }

    /// False where there is no such file.
    static func isOlder(_ path: String, than age: Double, at now: Double) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.isOlder(than: age, at: now)
    }
}

extension stat {
    /// Also true of a time that far in the future: a clock that was set back must not keep anything for ever.
    func isOlder(than age: Double, at now: Double) -> Bool {
        abs(now - modifiedAt) > age
    }

    var modifiedAt: Double { Double(st_mtim.tv_sec) + Double(st_mtim.tv_nsec) / 1e9 }
}
