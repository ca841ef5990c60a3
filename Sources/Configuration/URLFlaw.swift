/// What keeps a text from being the address of a service, in words that repeat nothing of it but a character of the host: it
/// may be a secret.
enum URLFlaw {
    /// nil: none is known.
    static func of(_ text: String, _ kind: ServiceURL.Kind = .http) -> String? {
        if text.contains(where: { $0 == "\"" || $0 == "'" }) { return "there is a quotation mark in it" }
        if text.contains(where: \.isWhitespace) { return "there is a blank in it" }
        guard let rest = afterScheme(text, kind) else { return "it does not begin with \(kind.secure)://" }
        // RFC 3986, section 3.2.
        let authority = rest.prefix { !"/?#".contains($0) }
        if authority.isEmpty { return "there is no host in it" }
        if authority.contains("@") { return "a user (before the @) has no place in it" }
        if rest.contains("#") { return "there is a # in it, and what follows that is for browsers" }
        if rest.contains("?") { return "there is a ? in it, and a query has no place there" }
        if authority.hasPrefix("[") { return nil }
        let host = authority.prefix { $0 != ":" }
        if let odd = host.first(where: { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "-" && $0 != "." }) {
            return "no host has a \"\(odd)\" in its name"
        }
        if !ServiceURL.isHost(host) { return "there is a dot too many or nothing in the host's name" }
        let port = authority.dropFirst(host.count).dropFirst()
        if host.count < authority.count, UInt16(port).map({ $0 > 0 }) != true || port.first == "+" {
            return "the port behind the host is no number from 1 to 65535"
        }
        let path = rest.dropFirst(authority.count)
        return path.utf8.allSatisfy(ServiceURL.isPathByte)
            ? nil : "there is a character in its path that no address has"
    }

    /// Of the URL of an endpoint, whose server is an address: what is wrong with its token.
    static func ofToken(_ text: String) -> String? {
        if let flaw = of(text) { return flaw }
        guard let rest = afterScheme(text, .http), let slash = rest.firstIndex(of: "/") else {
            return "there is no token behind the host"
        }
        let path = rest[slash...].dropFirst()
        if path.isEmpty { return "there is no token behind the host" }
        if path.last == "/" { return "the token is followed by a slash" }
        let token = path.split(separator: "/").last ?? ""
        if token.utf8.count < 8 { return "what is behind the last slash is too short for a token" }
        if token.utf8.count > 256 { return "what is behind the last slash is too long for a token" }
        return "there is a character behind the last slash that no token has"
    }

    private static func afterScheme(_ text: String, _ kind: ServiceURL.Kind) -> Substring? {
        let lower = text.lowercased()
        for scheme in [kind.secure, kind.plain] where lower.hasPrefix("\(scheme)://") {
            return text.dropFirst(scheme.count + 3)
        }
        return nil
    }
}
