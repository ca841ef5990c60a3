import Text

/// An http or https address. It is read strictly: an address that two readers could take differently is refused.
public struct Location: Equatable, Hashable, Sendable {
    public let isSecure: Bool
    /// Lower case, without a trailing dot; an IPv6 address without its brackets.
    public let host: String
    public let port: Int
    /// Begins with `/`; the query belongs to it.
    public let path: String

    public init?(_ text: String) {
        var rest = Substring(text)
        if rest.prefix(8).lowercased() == "https://" {
            isSecure = true
            rest = rest.dropFirst(8)
        } else if rest.prefix(7).lowercased() == "http://" {
            isSecure = false
            rest = rest.dropFirst(7)
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let (host, port) = Location.hostAndPort(authority, defaultPort: isSecure ? 443 : 80) else { return nil }
        self.host = host
        self.port = port
        let tail = rest.dropFirst(authority.count)
        guard let path = Location.encoded(tail.hasPrefix("/") ? String(tail) : "/" + String(tail)) else { return nil }
        self.path = path
    }

    /// A ws or wss address (RFC 6455, section 3), as that of the HTTP request with which it begins.
    public init?(webSocket text: String) {
        let scheme = text.prefix { $0 != ":" }
        switch scheme.lowercased() {
        case "ws": self.init("http" + text.dropFirst(scheme.count))
        case "wss": self.init("https" + text.dropFirst(scheme.count))
        default: return nil
        }
    }

    private init(_ base: Location, path: String) {
        (isSecure, host, port) = (base.isSecure, base.host, base.port)
        self.path = path
    }

    /// This address with `suffix` behind its own path.
    public func appending(_ suffix: String) -> Location {
        Location(self, path: (path.hasSuffix("/") ? String(path.dropLast()) : path) + suffix)
    }

    /// Resolves a Location header or a bare path (RFC 3986, 5.2). Dot segments are left as they are.
    public func resolving(_ reference: String) -> Location? {
        let bytes = reference.utf8
        if bytes.starts(with: "//".utf8) { return Location((isSecure ? "https:" : "http:") + reference) }
        if bytes.starts(with: "/".utf8) { return at(reference) }
        let first = bytes.prefix { !":/?#".utf8.contains($0) }
        let name = path.prefix { $0 != "?" }
        switch bytes[first.endIndex...].first {
        case UInt8(ascii: ":"): return Location(reference)
        case UInt8(ascii: "?") where first.isEmpty: return at(name + reference)
        case UInt8(ascii: "#") where first.isEmpty, nil where first.isEmpty: return nil
        default: return at(name[...(name.lastIndex(of: "/") ?? name.startIndex)] + reference)
        }
    }

    private func at(_ path: some StringProtocol) -> Location? {
        Location.encoded(path).map { Location(self, path: $0) }
    }

    public var text: String { (isSecure ? "https://" : "http://") + authority + path }

    /// host[:port] as the Host header wants it.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    public func hasSameOrigin(as other: Location) -> Bool {
        (isSecure, host, port) == (other.isSecure, other.host, other.port)
    }

    public var isLoopback: Bool {
        host == "localhost" || host == "::1" || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    private static func hostAndPort(_ authority: Substring, defaultPort: Int) -> (String, Int)? {
        var host: Substring
        var rest: Substring
        if authority.hasPrefix("[") {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            host = authority[authority.index(after: authority.startIndex)..<close]
            rest = authority[authority.index(after: close)...]
            guard host.contains(":"), host.utf8.allSatisfy({ isHexadecimal($0) || $0 == 0x3A || $0 == 0x2E }) else {
                return nil
            }
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
            if host.hasSuffix(".") { host = host.dropLast() }
            // No user part, no percent signs, no other spelling of a name: letters, digits, hyphen, dot, underscore.
            guard host.utf8.allSatisfy({ $0.isASCIILetterOrDigit || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }),
                host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ !$0.isEmpty })
            else { return nil }
        }
        guard !host.isEmpty, host.utf8.count <= 253 else { return nil }
        if rest.isEmpty { return (host.lowercased(), defaultPort) }
        guard rest.removeFirst() == ":", !rest.isEmpty, rest.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(rest), (1...65_535).contains(port)
        else { return nil }
        return (host.lowercased(), port)
    }

    /// Refuses control bytes, spaces and backslashes, percent-encodes what is not ASCII, and cuts off a fragment.
    private static func encoded(_ path: some StringProtocol) -> String? {
        let path = path.utf8.prefix { $0 != UInt8(ascii: "#") }
        guard path.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }) else { return nil }
        return PercentEncoding.text(Array(path)) { $0 < 0x7F }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
