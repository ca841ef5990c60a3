import Glibc

/// What is in a folder.
public enum FolderListing {
    /// The names in the folder, sorted, without `.` and `..`; a folder that is a symbolic link is not listed.
    public static func names(_ path: String) throws(Errno) -> [String] {
        try names(in: try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY))
    }

    /// The same for a folder that is open.
    public static func names(in folder: borrowing FileDescriptor) throws(Errno) -> [String] {
        // A descriptor of its own: closedir(3) closes what it was given, and reading moves the position.
        let own = try retryingOnInterrupt("open") { openat(folder.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard let stream = fdopendir(own) else {
            close(own)
            throw Errno("fdopendir")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
