import Glibc
import System

/// A port whose queue of connections is full, so that the kernel drops whoever comes (listen(2), tcp(7)): it looks like
/// a firewall that drops.
package final class FullListener {
    package let port: UInt16
    private let listener: FileDescriptor
    private let waiting: [CInt]

    package init() throws {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let raw = try retryingOnInterrupt("socket") { socket(AF_INET, kind, 0) }
        listener = FileDescriptor(owning: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        waiting = try withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            try retryingOnInterrupt("bind") { bind(raw, pointer, size) }
            try retryingOnInterrupt("listen") { listen(raw, 0) }
            try retryingOnInterrupt("getsockname") { getsockname(raw, pointer, &size) }
            // A queue of length 0 holds one.
            return try (0..<4).map { _ in
                let client = try retryingOnInterrupt("socket") { socket(AF_INET, kind, 0) }
                _ = connect(client, pointer, size)
                return client
            }
        }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { for client in waiting { close(client) } }
}
