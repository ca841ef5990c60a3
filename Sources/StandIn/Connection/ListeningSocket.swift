import Glibc
import System

/// A TCP socket that listens on 127.0.0.1 only.
public struct ListeningSocket: ~Copyable {
    public let port: UInt16
    private let socket: FileDescriptor

    public init(port: UInt16) throws(Errno) {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(
            owning: try retryingOnInterrupt("socket") { Glibc.socket(AF_INET, kind, 0) })
        var yes: CInt = 1
        setsockopt(socket.raw, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket.raw
        try withUnsafeMutableBytes(of: &address) { bytes throws(Errno) in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            try retryingOnInterrupt("bind") { bind(descriptor, pointer, size) }
            try retryingOnInterrupt("listen") { listen(descriptor, 512) }
            try retryingOnInterrupt("getsockname") { getsockname(descriptor, pointer, &size) }
        }
        self.port = UInt16(bigEndian: address.sin_port)
        self.socket = socket
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
