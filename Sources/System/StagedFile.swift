import Glibc

/// A file that lies beside the place it is meant for, whole, with its owner and its permissions. It takes the place in one
/// step, or is gone when this value ends.
public struct StagedFile: ~Copyable {
    public let place: String
    /// Where it lies meanwhile.
    public let path: String
    private var isGone = false

    public init(
        _ bytes: some Collection<UInt8>, for place: String, owner: uid_t, group: gid_t, mode: mode_t
    ) throws(Errno) {
        let path = "\(place).\(String(UInt64.random(in: .min ... .max), radix: 36))\(AtomicFile.temporarySuffix)"
        do throws(Errno) {
            let file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL)
            try Descriptor.writeWhole(file.raw, bytes)
            if owner != geteuid() || group != getegid() {
                try retryingOnInterrupt("fchown") { fchown(file.raw, owner, group) }
            }
            try retryingOnInterrupt("fchmod") { fchmod(file.raw, mode) }
            try retryingOnInterrupt("fsync") { fsync(file.raw) }
        } catch {
            unlink(path)
            throw error
        }
        (self.place, self.path) = (place, path)
    }

    deinit { if !isGone { unlink(path) } }

    /// Removes what processes have left that were killed: such files of this place that are an hour old.
    public static func sweep(_ place: String, now: Double = WallClock.now()) {
        guard let slash = place.lastIndex(of: "/") else { return }
        let (folder, name) = (String(place[..<slash]), String(place[place.index(after: slash)...]))
        for left in (try? FolderListing.names(folder)) ?? []
        where left.hasPrefix("\(name).") && left.hasSuffix(AtomicFile.temporarySuffix) {
            var status = stat()
            let path = "\(folder)/\(left)"
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Double(status.st_mtim.tv_sec) < now - 3600
            {
                unlink(path)
            }
        }
    }

    /// Takes the place. What was there is kept as `old`, which must not exist; nil: it is lost.
    public mutating func takePlace(keeping old: String?) throws(Errno) {
        if let old, link(place, old) != 0, errno != ENOENT { throw Errno("link") }
        try retryingOnInterrupt("rename") { rename(path, place) }
        isGone = true
    }
}
