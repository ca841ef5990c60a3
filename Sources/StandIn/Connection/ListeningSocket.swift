import Glibc
import System

/// A TCP socket that listens on 127.0.0.1 only, or on ::1 where this machine has no IPv4.
public struct ListeningSocket: ~Copyable {
    /// The address as a URL has it.
    public let host: String
    public let port: UInt16
    private let socket: FileDescriptor

    public init(port: UInt16) throws(Errno) {
        let socket: FileDescriptor
        do throws(Errno) {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
            socket = try Self.listen(AF_INET, &address)
            (host, self.port) = ("127.0.0.1", UInt16(bigEndian: address.sin_port))
        } catch  where error.code == EADDRNOTAVAIL {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            address.sin6_addr = in6addr_loopback
            socket = try Self.listen(AF_INET6, &address)
            (host, self.port) = ("[::1]", UInt16(bigEndian: address.sin6_port))
        }
        self.socket = socket
    }

    /// Listens at an address, which afterwards has the port.
    private static func listen<Address>(
        _ family: CInt, _ address: inout Address
    ) throws(Errno) -> FileDescriptor {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(
            owning: try retryingOnInterrupt("socket") { Glibc.socket(family, kind, 0) })
        var yes: CInt = 1
        setsockopt(socket.raw, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var size = socklen_t(MemoryLayout<Address>.size)
        let descriptor = socket.raw
        try withUnsafeMutableBytes(of: &address) { bytes throws(Errno) in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            try retryingOnInterrupt("bind") { bind(descriptor, pointer, size) }
            try retryingOnInterrupt("listen") { Glibc.listen(descriptor, 512) }
            try retryingOnInterrupt("getsockname") { getsockname(descriptor, pointer, &size) }
        }
        return socket
    }

    public var raw: CInt { socket.raw }

    /// The next client that waits; nil if there is none.
    public func accept() -> FileDescriptor? {
        guard let client = try? retryingOnInterrupt("accept", { Glibc.accept(raw, nil, nil) }) else { return nil }
        _ = fcntl(client, F_SETFD, FD_CLOEXEC)
        Descriptor.setNonBlocking(client)
        var yes: CInt = 1
        setsockopt(client, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
        return FileDescriptor(owning: client)
    }
}
