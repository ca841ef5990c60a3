import Glibc

/// A datagram socket with a name in the file system. unix(7).
public struct UnixDatagram: ~Copyable, Sendable {
    private let descriptor: FileDescriptor

    public var raw: CInt { descriptor.raw }

    /// Binds a socket to `path`, which must not exist. Only the owner may send to it.
    public init(bindingTo path: String) throws(Errno) {
        let descriptor = try UnixDatagram.socket()
        // unix_bind gives the name the permissions of the socket, so it is never open to others.
        try retryingOnInterrupt("fchmod") { fchmod(descriptor.raw, 0o600) }
        try UnixDatagram.call("bind", Glibc.bind, descriptor.raw, path)
        self.descriptor = descriptor
    }

    /// Returns the next datagram, at most `limit` bytes of it; nil while there is none.
    public func receive(limit: Int) throws(Errno) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: limit)
        do throws(Errno) {
            let count = try retryingOnInterrupt("recv") {
                recv(descriptor.raw, &bytes, limit, CInt(MSG_DONTWAIT))
            }
            return Array(bytes.prefix(count))
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
    }

    /// Never waits. Throws EAGAIN where the receiver's queue is full, and ECONNREFUSED where no process listens any more.
    public static func send(_ bytes: [UInt8], to path: String) throws(Errno) {
        let socket = try connected(to: path)
        try send(bytes, on: socket.raw)
    }

    /// Sends by a socket that is connected.
    public static func send(_ bytes: [UInt8], on socket: CInt) throws(Errno) {
        let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
        try retryingOnInterrupt("send") { Glibc.send(socket, bytes, bytes.count, flags) }
    }

    /// Throws ECONNREFUSED where there is a name but no process listens.
    public static func connected(to path: String) throws(Errno) -> FileDescriptor {
        let socket = try socket()
        try call("connect", Glibc.connect, socket.raw, path)
        return socket
    }

    private static func socket() throws(Errno) -> FileDescriptor { try UnixAddress.socket(SOCK_DGRAM) }

    private static func call(
        _ name: String, _ function: UnixAddress.Function, _ descriptor: CInt, _ path: String
    ) throws(Errno) {
        try UnixAddress.call(name, function, descriptor, path)
    }
}
