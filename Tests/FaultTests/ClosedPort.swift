import Glibc
import System

/// A port that is taken and on which nobody listens.
final class ClosedPort {
    let port: UInt16
    private let socket: FileDescriptor

    init() throws {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let raw = try retryingOnInterrupt("socket") { Glibc.socket(AF_INET, kind, 0) }
        socket = FileDescriptor(owning: raw)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            try retryingOnInterrupt("bind") { bind(raw, pointer, size) }
            try retryingOnInterrupt("getsockname") { getsockname(raw, pointer, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
    }
}
