import Glibc
import System

/// A plain connection to a server of this machine. Whoever reads from it is left waiting for 20 seconds at most.
package enum TCPClient {
    package static func connect(to port: UInt16, address host: String = "127.0.0.1") throws(Errno) -> FileDescriptor {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(owning: try retryingOnInterrupt("socket") { Glibc.socket(AF_INET, kind, 0) })
        let raw = socket.raw
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(raw, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var yes: CInt = 1
        setsockopt(raw, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        try withUnsafeBytes(of: &address) { bytes throws(Errno) in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            _ = try retryingOnInterrupt("connect") { Glibc.connect(raw, pointer, socklen_t(bytes.count)) }
        }
        return socket
    }
}
