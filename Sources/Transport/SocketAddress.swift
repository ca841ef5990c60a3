import Glibc

/// An address as people write it.
enum SocketAddress {
    /// Such as "192.0.2.1 port 443"; nil where it is no internet address.
    static func text(_ address: UnsafePointer<sockaddr>) -> String? {
        switch CInt(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin_addr) { [port = $0.pointee.sin_port] in text(AF_INET, $0, port) }
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { [port = $0.pointee.sin6_port] in text(AF_INET6, $0, port) }
            }
        default: nil
        }
    }

    private static func text(_ family: CInt, _ address: UnsafeRawBufferPointer, _ port: in_port_t) -> String? {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, address.baseAddress, &text, socklen_t(text.count)) != nil else { return nil }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return "\(String(decoding: bytes, as: UTF8.self)) port \(UInt16(bigEndian: port))"
    }
}
