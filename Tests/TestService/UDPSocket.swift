import Glibc
import System

/// A UDP socket of this machine that tells when each packet came, by the kernel's clock: late reading changes nothing.
package final class UDPSocket {
    package struct Packet {
        /// In seconds since 1970.
        package let time: Double
        package let bytes: [UInt8]
    }

    package let port: UInt16
    private let socket: FileDescriptor

    /// socket(7), for x86-64 and ARM; the macro is an expression that Swift does not read.
    private static let timestamps: CInt = 35

    package init(address host: String) throws(Errno) {
        let kind = CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(owning: try retryingOnInterrupt("socket") { Glibc.socket(AF_INET, kind, 0) })
        var yes: CInt = 1
        setsockopt(socket.raw, SOL_SOCKET, Self.timestamps, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = Self.address(host, 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let raw = socket.raw
        try withUnsafeMutableBytes(of: &address) { bytes throws(Errno) in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            try retryingOnInterrupt("bind") { bind(raw, pointer, size) }
            try retryingOnInterrupt("getsockname") { getsockname(raw, pointer, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
        self.socket = socket
    }

    var interest: Poll.Interest { Poll.Interest(socket.raw, .readable) }

    private static func address(_ host: String, _ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        return address
    }

    /// Where nobody listens any more the packet is lost, as any may be.
    package func send(_ bytes: [UInt8], to host: String, port: UInt16) {
        var address = Self.address(host, port)
        withUnsafeBytes(of: &address) { place in
            _ = sendto(
                socket.raw, bytes, bytes.count, CInt(MSG_NOSIGNAL),
                place.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(place.count))
        }
    }

    /// The next packet that has come.
    package func receive() -> Packet? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        // A cmsghdr of 16 bytes, and a timespec.
        var control = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { buffer in
            control.withUnsafeMutableBytes { control in
                var part = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    return recvmsg(socket.raw, &message, 0)
                }
            }
        }
        if count < 0 { return nil }
        let stamp = control.withUnsafeBytes { control -> Double? in
            if control.loadUnaligned(fromByteOffset: 12, as: CInt.self) != Self.timestamps { return nil }
            let time = control.loadUnaligned(fromByteOffset: 16, as: timespec.self)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
        return Packet(time: stamp ?? WallClock.now(), bytes: Array(bytes[..<count]))
    }
}
