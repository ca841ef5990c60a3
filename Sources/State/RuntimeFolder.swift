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
        let raw = openat(home, "\(name)/\(ownerName)", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if raw < 0 {
            if errno == ENOENT { removeOwnerless(name, in: home, now: now, left: &left) }
            return
        }
        let file = FileDescriptor(owning: raw)
        var status = stat()
        guard fstat(raw, &status) == 0, status.st_uid == geteuid(), status.isOlder(than: age, at: now),
            case .bytes(let state)? = try? Descriptor.read(raw, limit: Int(PATH_MAX)),
            isGone(String(decoding: state, as: UTF8.self), unused: status.isOlder(than: longestIdle, at: now)),
            let alone = try? FileLock.tryLock(owning: file)
        else { return }
        FolderRemoval.remove(name, in: home, last: ownerName, left: &left)
        _ = consume alone
    }

    /// The process that removed the folder was killed before the end, so it is empty; or a cleaner took the owner's file, or
    /// somebody wrote there just as the folder was removed. What was not used for long goes then, too.
    private static func removeOwnerless(_ name: String, in home: CInt, now: Double, left: inout Int) {
        if unlinkat(home, name, AT_REMOVEDIR) == 0 || errno != ENOTEMPTY { return }
        var status = stat()
        guard fstatat(home, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_uid == geteuid(),
            status.isOlder(than: longestIdle, at: now)
        else { return }
        FolderRemoval.remove(name, in: home, left: &left)
    }

    /// Whether the state folder is gone for good: the folder around it is gone too, or it was not used for long.
    private static func isGone(_ state: String, unused: Bool) -> Bool {
        if access(state, F_OK) == 0 || errno != ENOENT { return false }
        let parent = StateFolder.parent(of: state)
        return unused || access(parent, F_OK) != 0 && errno == ENOENT
    }
}
