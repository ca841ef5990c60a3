import Digests
import Glibc
import System

/// A folder in memory where the processes of all calls keep what need not survive a restart of the machine, so that no
/// full, slow or frozen disk holds up a call.
///
/// Its path follows from the path of the state folder alone, so that every process finds the same folder.
final class RuntimeFolder: Sendable {
    /// glibc's own shm_open(3) has no other place.
    static let memory = "/dev/shm"
    /// A file that says which state folder it belongs to. A process that uses the folder shares the lock of this file; a
    /// process that removes the folder holds the lock alone.
    static let ownerName = "state-folder"
    /// How many folders of others one sweep looks at, and how many files it removes at most.
    private static let mostFolders = 20
    static let mostFiles = 500
    /// In seconds. Calls may use the folder although its state folder was never made, so it stays while it is used.
    static let longestIdle = 86_400.0

    let path: String
    /// The folder of this user below the memory file system.
    private let home: String
    private let state: String
    /// nil where no lock keeps others from removing the folder. It is made anew when it is missing.
    private let use: Use?

    /// Refuses a folder that others may use; nil where there is no memory file system.
    init?(for state: String, below memory: String = RuntimeFolder.memory) throws(PrivateFolder.Refusal) {
        guard FileSystem(of: memory)?.isMemory == true else { return nil }
        self.state = state
        home = RuntimeFolder.home(below: memory)
        path = "\(home)/\(Fingerprint.short(of: [state]))"
        try RuntimeFolder.make(home, path)
        use = RuntimeFolder.enter(path, home: home, state: state)
    }

    static func home(below memory: String) -> String { "\(memory)/cognigy-bridge-\(geteuid())" }

    private static func make(_ home: String, _ path: String) throws(PrivateFolder.Refusal) {
        // Both are checked each time, because another user may have made them.
        try PrivateFolder.prepare(home)
        try PrivateFolder.prepare(path)
    }

    /// Makes the folder anew where a cleaner removed it.
    func restore() -> Bool {
        do throws(PrivateFolder.Refusal) { try RuntimeFolder.make(home, path) } catch { return false }
        return (try? RuntimeFolder.sign(path, state)) != nil
    }

    // MARK: Users

    /// The shared lock of the owner's file.
    private final class Use: Sendable {
        let lock: FileLock
        init(_ lock: consuming FileLock) { self.lock = lock }
    }

    /// Tries again while another process is removing the folder, which takes some milliseconds.
    private static func enter(_ path: String, home: String, state: String) -> Use? {
        let deadline = MonotonicClock.now() + .milliseconds(50)
        while true {
            if let file = try? sign(path, state) {
                let (raw, inode) = (file.raw, inode(file.raw))
                if let lock = try? FileLock.tryShare(owning: file), isInode(inode, of: "\(path)/\(ownerName)") {
                    // Tells a sweep when the folder was used.
                    futimens(raw, nil)
                    return Use(lock)
                }
            }
            if MonotonicClock.now() >= deadline { return nil }
            StateFolder.pause()
            _ = try? make(home, path)
        }
    }

    /// Opens the owner's file and writes the path of the state folder to it where that is missing.
    private static func sign(_ path: String, _ state: String) throws(Errno) -> FileDescriptor {
        let file = try FileDescriptor.open("\(path)/\(ownerName)", O_RDWR | O_CREAT)
        var status = stat()
        if fstat(file.raw, &status) == 0, status.st_size == 0 { try Descriptor.writeWhole(file.raw, state.utf8) }
        return file
    }

    private static func inode(_ file: CInt) -> ino_t? {
        var status = stat()
        return fstat(file, &status) == 0 ? status.st_ino : nil
    }

    private static func isInode(_ inode: ino_t?, of path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_ino == inode
    }

    // MARK: Sweep

    /// Removes the folders whose state folder is gone, where no process uses them any more.
    static func sweep(below memory: String = RuntimeFolder.memory, now: Double, olderThan age: Double) {
        guard let home = try? FileDescriptor.open(home(below: memory), O_RDONLY | O_DIRECTORY) else { return }
        var left = mostFiles
        for name in Sweep.names(in: home, atMost: mostFolders) {
            sweep(name, in: home.raw, now: now, age: age, left: &left)
        }
    }

    private static func sweep(_ name: String, in home: CInt, now: Double, age: Double, left: inout Int) {
        var raw = openat(home, "\(name)/\(ownerName)", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if raw < 0, errno == ENOENT { raw = adopt(name, in: home, now: now) }
        if raw < 0 { return }
        let file = FileDescriptor(owning: raw)
        var status = stat()
        guard fstat(raw, &status) == 0, status.st_uid == geteuid(), status.isOlder(than: age, at: now),
            let state = owner(raw), isGone(state, unused: status.isOlder(than: longestIdle, at: now)),
            let alone = try? FileLock.tryLock(owning: file)
        else { return }
        FolderRemoval.remove(name, in: home, last: ownerName, left: &left)
        _ = consume alone
    }

    /// Removes a folder without an owner's file, which a process left that was killed while it removed the folder. Where
    /// something lies in it, because a cleaner took that file, say, gives it a new one, empty and as old as the folder's last
    /// name, once that is older than a day. -1: there is nothing more to do.
    private static func adopt(_ name: String, in home: CInt, now: Double) -> CInt {
        if unlinkat(home, name, AT_REMOVEDIR) == 0 || errno != ENOTEMPTY { return -1 }
        var status = stat()
        guard fstatat(home, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_uid == geteuid(),
            status.isOlder(than: longestIdle, at: now)
        else { return -1 }
        let raw = openat(home, "\(name)/\(ownerName)", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if raw >= 0 { futimens(raw, [status.st_mtim, status.st_mtim]) }
        return raw
    }

    /// The path that the owner's file holds: empty where its writer came to no more.
    private static func owner(_ file: CInt) -> String? {
        switch try? Descriptor.read(file, limit: Int(PATH_MAX)) {
        case .bytes(let path): String(decoding: path, as: UTF8.self)
        case .end: ""
        case .nothingYet, nil: nil
        }
    }

    /// Whether the state folder is gone for good: the folder around it is gone too, or it was not used for long. Of an unknown
    /// one only the latter can be told.
    private static func isGone(_ state: String, unused: Bool) -> Bool {
        if state.isEmpty { return unused }
        if access(state, F_OK) == 0 || errno != ENOENT { return false }
        let parent = StateFolder.parent(of: state)
        return unused || access(parent, F_OK) != 0 && errno == ENOENT
    }
}
