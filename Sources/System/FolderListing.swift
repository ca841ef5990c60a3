import Glibc

/// Lists the names in a folder.
public enum FolderListing {
    /// The names in the folder, sorted, without `.` and `..`; a folder that is a symbolic link is not listed.
    public static func names(_ path: String) throws(Errno) -> [String] {
        try names(in: try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY))
    }

    /// The same for a folder that is open.
    public static func names(in folder: borrowing FileDescriptor) throws(Errno) -> [String] {
        var names: [String] = []
        try read(folder) { entry in
            names.append(name(entry))
            return true
        }
        return names.sorted()
    }

    /// At most `count` names, picked at random from the first `limit`, for folders that may have grown to any size.
    public static func sample(_ path: String, count: Int, of limit: Int = 20_000) throws(Errno) -> [String] {
        try sample(in: try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY), count: count, of: limit)
    }

    /// The same for a folder that is open.
    public static func sample(
        in folder: borrowing FileDescriptor, count: Int, of limit: Int = 20_000
    ) throws(Errno) -> [String] {
        var names: [String] = []
        var seen = 0
        // Marsaglia's xorshift, so that no name costs a system call.
        var random = UInt64.random(in: 1 ... .max)
        try read(folder) { entry in
            seen += 1
            if names.count < count {
                names.append(name(entry))
            } else {
                random ^= random << 13
                random ^= random >> 7
                random ^= random << 17
                // Each name is kept with the same likelihood (algorithm R).
                let place = Int(random % UInt64(seen))
                if place < count { names[place] = name(entry) }
            }
            return seen < limit
        }
        return names
    }

    /// Hands over the entries, without `.` and `..`, until `take` has enough.
    private static func read(
        _ folder: borrowing FileDescriptor, _ take: (UnsafeMutablePointer<dirent>) -> Bool
    ) throws(Errno) {
        // A descriptor of its own: closedir(3) closes what it was given, and reading moves the position.
        let own = try retryingOnInterrupt("open") { openat(folder.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(own) else {
            close(own)
            throw Errno("fdopendir")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            if isSelfOrParent(entry) { continue }
            if !take(entry) { return }
        }
    }

    private static func name(_ entry: UnsafeMutablePointer<dirent>) -> String {
        withName(of: entry) { String(cString: $0) }
    }

    private static func isSelfOrParent(_ entry: UnsafeMutablePointer<dirent>) -> Bool {
        let dot = CChar(bitPattern: UInt8(ascii: "."))
        return withName(of: entry) { $0[0] == dot && ($0[1] == 0 || $0[1] == dot && $0[2] == 0) }
    }

    /// An entry ends with its name (readdir(3)), so the name is never copied as the 256 bytes of its type.
    private static func withName<Result>(
        of entry: UnsafeMutablePointer<dirent>, _ body: (UnsafePointer<CChar>) -> Result
    ) -> Result {
        withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256, body)
        }
    }
}
