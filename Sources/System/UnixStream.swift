import Glibc

/// A stream socket with a name in the file system. unix(7).
public enum UnixStream {
    /// Connects without waiting. Throws ECONNREFUSED where nobody listens, and EAGAIN where the queue of who does is full.
    public static func connected(to path: String) throws(Errno) -> FileDescriptor {
        let socket = try UnixAddress.socket(SOCK_STREAM)
        try UnixAddress.call("connect", Glibc.connect, socket.raw, path)
        return socket
    }

    /// How many bytes it took; nil: it has no room.
    public static func send(_ bytes: ArraySlice<UInt8>, on socket: CInt) throws(Errno) -> Int? {
        do throws(Errno) {
            return try retryingOnInterrupt("send") {
                bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
            }
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }
}
