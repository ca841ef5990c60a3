import Digests
import Glibc
import System

/// A socket by which another process of this machine sends a message to the call of a session. Its name in the file
/// system exists as long as this value.
public struct ControlSocket: ~Copyable {
    public enum Message: String, Equatable, Sendable {
        /// Stop what is played to the caller.
        case stop
    }

    /// A longer datagram is no message.
    private static let longestDatagram = 16
    /// How many datagrams one `next` looks at.
    private static let patience = 100

    private let socket: UnixDatagram
    private let path: String
    private let inode: ino_t

    /// Nil, and one line to `report`, where no socket can be made. The call goes on without it.
    public init?(folder state: StateFolder?, session: String, report: (String) -> Void) {
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
        // A process that had this session before is dead, or has lost its right to it.
        unlink(path)
        do throws(Errno) { return try UnixDatagram(bindingTo: path) } catch {
            let remedy = error.code == ENAMETOOLONG ? "; name a shorter folder as [paths] state" : ""
            report("no webhook can stop a prompt of this call: \(path): \(error)\(remedy)")
            return nil
        }
    }

    deinit {
        // A second call of the same session may have put its own socket in this place.
        if ControlSocket.inode(of: path) == inode { unlink(path) }
    }

    /// For the poll.
    public var descriptor: CInt { socket.raw }

    /// Returns the next message that has arrived, if any. Never waits.
    public func next() -> Message? {
        for _ in 0..<ControlSocket.patience {
            guard let bytes = try? socket.receive(limit: ControlSocket.longestDatagram) else { return nil }
            if let message = Message(rawValue: String(decoding: bytes, as: UTF8.self)) { return message }
        }
        return nil
    }

    /// Stops what the call of this session plays. False where no call of this machine has the session. Never waits.
    public static func stop(folder state: StateFolder?, session: String) -> Bool {
        guard let state else { return false }
        let path = path(of: session, in: state)
        do throws(Errno) {
            try UnixDatagram.send(Array(Message.stop.rawValue.utf8), to: path)
            return true
        } catch {
            if error.code == ECONNREFUSED { removeIfDead(path, of: state) }
            // The queue is full of messages that stop the call anyway.
            return error.code == EAGAIN
        }
    }

    /// Removes the sockets that killed calls left.
    static func sweep(_ state: StateFolder, now: Double, olderThan age: Double) {
        let folder = folder(in: state)
        for path in Sweep.names(in: folder).map({ "\(folder)/\($0)" }) where Sweep.isOlder(path, than: age, at: now) {
            removeIfDead(path, of: state)
        }
    }

    /// Runs under the lock, because a socket looks dead between its mknod and its listening.
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

    static func folder(in state: StateFolder) -> String { state.path("control") }

    /// The name is short, because the whole path of a socket has at most 107 bytes.
    private static func path(of session: String, in state: StateFolder) -> String {
        "\(folder(in: state))/\(Fingerprint.short(of: [session]))"
    }
}
