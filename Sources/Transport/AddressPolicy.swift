import Glibc

/// Says to which addresses a host may lead that a stranger named. It is asked when the socket is opened, after the name
/// was resolved, so that no spelling of a host and no DNS answer gets around it.
public enum AddressPolicy {
    /// Whether the address is public: in no loopback, private, link-local, shared, multicast or reserved range (RFC 6890
    /// and IANA's registries since).
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
        (0xAC10_0000, 12), (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16),
        (0xC612_0000, 15), (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    static func isPublic(v4 address: UInt32) -> Bool {
        !privateRanges.contains { address >> (32 - $0.bits) == $0.base >> (32 - $0.bits) }
    }

    static func isPublic(v6 bytes: [UInt8]) -> Bool {
        func v4(at index: Int) -> UInt32 { bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        func word(_ index: Int) -> UInt16 { UInt16(bytes[2 * index]) << 8 | UInt16(bytes[2 * index + 1]) }
        // ::ffff:a.b.c.d, 64:ff9b::a.b.c.d and 2002:a.b.c.d:: carry an IPv4 address.
        switch (word(0), word(1)) {
        case (0, 0) where bytes[4..<10].allSatisfy({ $0 == 0 }) && word(5) == 0xFFFF: return isPublic(v4: v4(at: 12))
        case (0x0064, 0xFF9B) where bytes[4..<12].allSatisfy({ $0 == 0 }): return isPublic(v4: v4(at: 12))
        case (0x2002, _): return isPublic(v4: v4(at: 2))
        // IETF protocols (Teredo, benchmarking, ORCHID) and documentation.
        case (0x2001, 0..<0x0200), (0x2001, 0x0DB8), (0x3FFF, 0..<0x1000): return false
        // Global unicast.
        default: return word(0) & 0xE000 == 0x2000
        }
    }
}
