import Digests
import Glibc
import System

/// How a process on this machine tells the call of a session something. The name is there as long as this value.
package struct ControlSocket: ~Copyable {
    package enum Message: String, Equatable, Sendable {
        /// Whatever is played to the caller ends.
        case stop
    }

    /// Longer than any message: what is longer is none.
    private static let longestDatagram = 16
    /// How many datagrams one `next` looks at.
    private static let patience = 100

    private let socket: UnixDatagram
    private let path: String
    private let inode: ino_t

    /// Nil, and one line to `report`, where there can be none: the call goes on without.
    package init?(folder state: StateFolder?, session: String, report: (String) -> Void) {
        guard let state else { return nil }
        try? state.healing { () throws(Errno) in
            if mkdir(ControlSocket.folder(in: state), 0o700) != 0, errno != EEXIST { throw Errno("mkdir") }
        }
        guard let folder = StateFolder(path: ControlSocket.folder(in: state), report: report) else { return nil }
        let path = folder.path(Fingerprint.short(of: [session]))
        let lock = state.lock(ControlSocket.lockName, patience: .milliseconds(20))
        guard let socket = ControlSocket.bound(to: path, report: report) else { return nil }
        self.socket = socket
        self.path = path
        inode = ControlSocket.inode(of: path) ?? 0
        _ = consume lock
    }

    private static func bound(to path: String, report: (String) -> Void) -> UnixDatagram? {
        // Whoever had this session before is dead, or has no more right to it.
        unlink(path)
        do throws(Errno) { return try UnixDatagram(bindingTo: path) } catch {
            let remedy = error.code == ENAMETOOLONG ? "; name a shorter folder as [paths] state" : ""
            report("no webhook can stop a prompt of this call: \(path): \(error)\(remedy)")
            return nil
        }
    }

    deinit {
        // A second call of the same session has put its own in this place.
        if ControlSocket.inode(of: path) == inode { unlink(path) }
    }

    /// For the poll.
    package var descriptor: CInt { socket.raw }

    /// The next message that came, if one did. Never waits.
    package func next() -> Message? {
        for _ in 0..<ControlSocket.patience {
            guard let bytes = try? socket.receive(limit: ControlSocket.longestDatagram) else { return nil }
            if let message = Message(rawValue: String(decoding: bytes, as: UTF8.self)) { return message }
        }
        return nil
    }

    /// Ends what the call of this session plays; false where no call on this machine has it. Never waits for the call.
    package static func stop(folder state: StateFolder?, session: String) -> Bool {
        guard let state else { return false }
        let path = path(of: session, in: state)
        do throws(Errno) {
            try UnixDatagram.send(Array(Message.stop.rawValue.utf8), to: path)
            return true
        } catch {
            if error.code == ECONNREFUSED { removeIfDead(path, of: state) }
            // So many messages wait that the call will stop anyway.
            return error.code == EAGAIN
        }
    }

    /// Removes what killed calls left.
    static func sweep(_ state: StateFolder, now: Double, olderThan age: Double) {
        let folder = folder(in: state)
        for path in Sweep.names(in: folder).map({ "\(folder)/\($0)" }) where Sweep.isOlder(path, than: age, at: now) {
            removeIfDead(path, of: state)
        }
    }

    /// Between mknod and listening, a socket that is just bound looks dead: therefore under the lock.
    private static func removeIfDead(_ path: String, of state: StateFolder) {
        guard let lock = state.lock(lockName, patience: .milliseconds(20)) else { return }
        do throws(Errno) { _ = try UnixDatagram.connected(to: path) } catch {
            if error.code == ECONNREFUSED { unlink(path) }
        }
        _ = consume lock
    }

    private static func inode(of path: String) -> ino_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_ino : nil
    }

    private static let lockName = "control"

    private static func folder(in state: StateFolder) -> String { state.path("control") }

    /// Short, since a socket's whole path has at most 107 bytes.
    private static func path(of session: String, in state: StateFolder) -> String {
        "\(folder(in: state))/\(Fingerprint.short(of: [session]))"
    }
}
