import Glibc

/// Which addresses a place that a stranger named may lead to. Looked at when the socket is opened, after the name was
/// resolved: no spelling of a host and no DNS answer gets around it.
public enum AddressPolicy {
    /// Whether the address belongs to everybody's internet: no loopback, private, link-local, shared, multicast or
    /// reserved range (RFC 6890).
    public static func isPublic(_ address: UnsafePointer<sockaddr>) -> Bool {
        switch CInt(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                isPublic(v4: UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { isPublic(v6: Array($0)) }
            }
        default: false
        }
    }

    private static let privateRanges: [(base: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16),
        (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC0A8_0000, 16), (0xC612_0000, 15),
        (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    static func isPublic(v4 address: UInt32) -> Bool {
        !privateRanges.contains { address >> (32 - $0.bits) == $0.base >> (32 - $0.bits) }
    }

    static func isPublic(v6 bytes: [UInt8]) -> Bool {
        func v4(at index: Int) -> UInt32 { bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        // ::ffff:a.b.c.d, 64:ff9b::a.b.c.d and 2002:a.b.c.d:: carry an IPv4 address.
        if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
            return isPublic(v4: v4(at: 12))
        }
        if bytes[..<4] == [0x00, 0x64, 0xFF, 0x9B] { return isPublic(v4: v4(at: 12)) }
        if bytes[..<2] == [0x20, 0x02] { return isPublic(v4: v4(at: 2)) }
        // Global unicast is 2000::/3; documentation and benchmarking ranges inside it are nobody's.
        return bytes[0] & 0xE0 == 0x20 && bytes[..<4] != [0x20, 0x01, 0x0D, 0xB8]
    }
}
