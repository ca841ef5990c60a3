import Glibc

/// Removes folders with their content. Everything goes through descriptors, so that a name which is exchanged meanwhile
/// leads nowhere else. A symbolic link is removed, not followed.
public enum FolderRemoval {
    /// The folders that we make are no deeper.
    private static let deepest = 8

    /// Removes the folder `name` of the open folder `parent`, but no more than `left` files, and subtracts them from
    /// `left`. False where something stays. The file `last` of the folder is removed last.
    @discardableResult
    public static func remove(_ name: String, in parent: CInt, last: String? = nil, left: inout Int) -> Bool {
        remove(name, in: parent, last: last, &left, depth: 0)
    }

    private static func remove(
        _ name: String, in parent: CInt, last: String?, _ left: inout Int, depth: Int
    ) -> Bool {
        if left <= 0 || depth > deepest { return false }
        left -= 1
        if unlinkat(parent, name, 0) == 0 || errno == ENOENT { return true }
        // EISDIR on Linux; POSIX has EPERM.
        if errno != EISDIR && errno != EPERM { return false }
        let raw = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if raw < 0 { return false }
        let folder = FileDescriptor(owning: raw)
        // More than may be removed, so that reaching the end means that all were seen. A folder that cannot be listed, for
        // want of a descriptor say, is not taken for an empty one.
        guard let names = try? FolderListing.sample(in: folder, count: left + 2) else { return false }
        for name in names where name != last {
            if !remove(name, in: raw, last: nil, &left, depth: depth + 1) { return false }
        }
        if let last, unlinkat(raw, last, 0) != 0 { return false }
        return unlinkat(parent, name, AT_REMOVEDIR) == 0
    }
}
