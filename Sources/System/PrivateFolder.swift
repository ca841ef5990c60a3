import Glibc

/// A folder that only we may enter: mode 0700, owned by us.
public enum PrivateFolder {
    /// Why a folder must not be used, and what to do about it.
    public struct Refusal: Error, Equatable, CustomStringConvertible {
        public let path: String
        public let description: String

        init(_ path: String, _ problem: String, _ remedy: String) {
            self.path = path
            description = "\(path): \(problem); \(remedy)"
        }
    }

    /// Makes the folder where it is missing (its parent must exist). Refuses a folder that others own or may use.
    public static func prepare(_ path: String) throws(Refusal) {
        let user = geteuid()
        func us() -> String { Account.word(user) }
        var status = stat()
        // On a frozen disk mkdir(2) waits even where there is nothing to make, so the folder is looked for first.
        if lstat(path, &status) != 0, errno == ENOENT, mkdir(path, 0o700) != 0, errno != EEXIST {
            let reason = String(cString: strerror(errno))
            throw Refusal(path, "cannot be made: \(reason)", "make it with: install -d -m 700 -o \(us()) \(path)")
        }
        try check(path)
    }

    /// Refuses a folder that is missing or that others own or may use. Nothing is written, so it does not wait for a frozen
    /// disk.
    public static func check(_ path: String) throws(Refusal) {
        let user = geteuid()
        func us() -> String { Account.word(user) }
        var status = stat()
        if lstat(path, &status) != 0 {
            throw Refusal(path, String(cString: strerror(errno)), "let \(Account.words(user)) reach it")
        }
        if status.st_mode & S_IFMT == S_IFLNK {
            throw Refusal(path, "is a symbolic link", "name the folder that it points to")
        }
        if status.st_mode & S_IFMT != S_IFDIR { throw Refusal(path, "is not a folder", "name a folder") }
        if status.st_uid != user {
            throw Refusal(
                path, "belongs to \(Account.words(status.st_uid)), not to \(Account.words(user)), who runs this",
                // A folder that root took from Asterisk's user would be closed to every call.
                user == 0
                    ? "run this as \(Account.words(status.st_uid))" : "give it away with: chown \(us()) \(path)")
        }
        if status.st_mode & 0o077 != 0 {
            throw Refusal(path, "is open to other users", "close it with: chmod 700 \(path)")
        }
    }
}
