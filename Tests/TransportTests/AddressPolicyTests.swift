import Glibc
import HTTP
import Testing

@testable import Transport

@Suite struct AddressPolicyTests {
    private func isPublic(_ text: String) throws -> Bool {
        var v4 = sockaddr_in()
        if inet_pton(AF_INET, text, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            return withUnsafeBytes(of: &v4) { check($0) }
        }
        var v6 = sockaddr_in6()
        try #require(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1, "\(text)")
        v6.sin6_family = sa_family_t(AF_INET6)
        return withUnsafeBytes(of: &v6) { check($0) }
    }

    private func check(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.baseAddress.map { AddressPolicy.isPublic($0.assumingMemoryBound(to: sockaddr.self)) } ?? false
    }

    /// The first and the last of each range of RFC 6890 and of IANA's registry since.
    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255",
        "192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255", "192.88.99.0", "192.88.99.255", "192.168.0.0",
        "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0",
        "203.0.113.255", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255",
    ]) func aReservedIPv4AddressIsNotPublic(_ address: String) throws {
        #expect(try !isPublic(address))
        // The same inside IPv6: mapped, translated, and by 6to4.
        #expect(try !isPublic("::ffff:\(address)"))
        #expect(try !isPublic("64:ff9b::\(address)"))
        #expect(try !isPublic("::\(address)"))
        let parts = address.split(separator: ".").compactMap { UInt8($0) }
        let words = [parts[0...1], parts[2...3]].map { pair in
            pair.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        #expect(try !isPublic("2002:\(words[0]):\(words[1])::1"))
    }

    /// The neighbours of those ranges.
    @Test(arguments: [
        "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
        "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.0.3.0", "192.88.98.255",
        "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255",
        "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
    ]) func anyOtherIPv4AddressIsPublic(_ address: String) throws {
        #expect(try isPublic(address))
        #expect(try isPublic("::ffff:\(address)"))
        #expect(try isPublic("64:ff9b::\(address)"))
    }

    @Test(arguments: [
        "::", "::1", "fc00::", "fd00::1", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::1", "febf::1", "fec0::1",
        "ff00::", "ff02::1", "ffff::1", "100::1", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8", "64:ff9b:0:1::8.8.8.8",
        // Protocol assignments with Teredo, benchmarking and ORCHID among them; two for documentation.
        "2001::1", "2001:0:808:808::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1", "2001:db8::1",
        "2001:db8:ffff::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "::ffff:0:8.8.8.8",
    ]) func aReservedIPv6AddressIsNotPublic(_ address: String) throws {
        #expect(try !isPublic(address))
    }

    @Test(arguments: [
        "2000::1", "2001:200::1", "2001:4860:4860::8888", "2001:db7::1", "2001:db9::1", "2003::1", "2606:4700::1111",
        "2a00:1450::1", "3ffe::1", "3fff:1000::1", "2002:808:808::1",
    ]) func anyOtherIPv6AddressIsPublic(_ address: String) throws {
        #expect(try isPublic(address))
    }

    @Test func aSocketThatIsNoInternetSocketIsNotPublic() {
        var address = sockaddr()
        address.sa_family = sa_family_t(AF_UNIX)
        #expect(!AddressPolicy.isPublic(&address))
    }

    /// Spellings that inet_aton(3) takes, a name, and IPv6: a server listens there, and nobody comes.
    @Test(arguments: [
        "127.0.0.1", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "0x7f000001", "0", "0.0.0.0", "localhost",
        "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::]",
    ]) func noSpellingOfAPrivateAddressIsConnectedTo(_ host: String) throws {
        let wire = try Wire()
        wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let request = Request(.get, try wire.location(host: host), publicAddressesOnly: true)
        #expect(try wire.result(request) == .failure(.forbiddenAddress))
        #expect(wire.server.connections.isEmpty)
    }

    @Test func whereNobodyForbidsItTheSameAddressIsConnectedTo() throws {
        let wire = try Wire()
        wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(try wire.result(Request(.get, wire.location())) == .success(Response(status: 200)))
    }

    /// libcurl knows two addresses for localhost. One of them counts as public here.
    private func localhost(_ family: CInt, listens: Bool = true) throws -> Result<Response, Failure> {
        let wire = try Wire()
        wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        wire.client.isPublic = { CInt($0.pointee.sa_family) == family }
        return try wire.result(Request(.get, wire.location(host: "localhost"), publicAddressesOnly: true))
    }

    /// The server listens on IPv4.
    @Test func onePublicAddressOfANameIsEnough() throws {
        #expect(try localhost(AF_INET) == .success(Response(status: 200)))
    }

    @Test func thePrivateAddressThatWouldAnswerIsNotConnectedTo() throws {
        guard case .failure(let failure) = try localhost(AF_INET6) else {
            Issue.record("it was connected to")
            return
        }
        // Without IPv6, there is no address left; else nobody listens on the public one.
        #expect(failure == .forbiddenAddress || failure.description.contains("no connection to ::1 port"))
    }
}
