/// The address of a service: scheme, host, port and path of RFC 3986, without anything that could hide another host.
struct ServiceURL {
    let text: String

    /// What is spoken there.
    enum Kind {
        case http
        /// RFC 6455, section 3.
        case webSocket

        var plain: String { self == .http ? "http" : "ws" }
        var secure: String { self == .http ? "https" : "wss" }
    }

    enum Refusal: Error, Equatable {
        case malformed
        /// Without TLS, the whole network between here and another machine would see the credentials.
        case unencrypted
    }

    init(_ written: String, _ kind: Kind = .http) throws(Refusal) {
        let lower = written.lowercased()
        let scheme = lower.hasPrefix(kind.secure + "://") ? kind.secure : kind.plain
        if !lower.hasPrefix(scheme + "://") { throw .malformed }
        let rest = written.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path.removeLast() }
        guard let host = ServiceURL.host(of: authority), path.utf8.allSatisfy(ServiceURL.isPathByte) else {
            throw .malformed
        }
        if scheme == kind.plain && !ServiceURL.isLoopback(host) { throw .unencrypted }
        text = "\(scheme)://\(authority.lowercased())\(path)"
    }

    /// The host of `host`, `host:port`, `[v6]` or `[v6]:port`.
    private static func host(of authority: Substring) -> Substring? {
        var host = authority
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            if !host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            if !isHost(host) { return nil }
        }
        let port = authority[host.endIndex...]
        if port.isEmpty { return host }
        let digits = port.dropFirst()
        if !port.hasPrefix(":") || !digits.utf8.allSatisfy(\.isDigit) { return nil }
        guard let number = UInt16(digits), number > 0 else { return nil }
        return host
    }

    /// Letters, digits and hyphens in labels between single dots.
    static func isHost(_ name: some StringProtocol) -> Bool {
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return name.utf8.count <= 253
            && labels.allSatisfy { label in
                !label.isEmpty && label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
            }
    }

    private static func isLoopback(_ host: Substring) -> Bool {
        if ["localhost", "[::1]"].contains(host.lowercased()) { return true }
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets.first == "127" && octets.allSatisfy { UInt8($0) != nil }
    }

    /// pchar and "/" of RFC 3986, section 3.3.
    static func isPathByte(_ byte: UInt8) -> Bool {
        byte.isLetterOrDigit || "/-._~!$&'()*+,;=:@%".utf8.contains(byte)
    }
}

extension Read {
    static func serviceURL(_ entry: Entry) throws(ConfigurationError) -> String { try serviceURL(entry, .http) }

    private static func serviceURL(_ entry: Entry, _ kind: ServiceURL.Kind) throws(ConfigurationError) -> String {
        do throws(ServiceURL.Refusal) {
            return try ServiceURL(entry.text, kind).text
        } catch {
            let (plain, secure) = ("\(kind.plain)://", "\(kind.secure)://")
            switch error {
            case .malformed:
                let flaw = URLFlaw.of(entry.text, kind).map { ": \($0)" } ?? ""
                throw entry.error(
                    "is not the address of a service\(flaw)", "write one as \(secure)host or \(secure)host/path")
            case .unencrypted:
                throw entry.error("goes to another machine without encryption", "write \(secure) in place of \(plain)")
            }
        }
    }

    /// An address of either kind. Whether it is of the kind that its style speaks is looked at when both are known.
    static func speechURL(_ entry: Entry) throws(ConfigurationError) -> String {
        try serviceURL(entry, Settings.Speech.isWebSocket(entry.text) ? .webSocket : .http)
    }

    /// The address of a sound, which may have a query.
    static func soundURL(_ entry: Entry) throws(ConfigurationError) -> String {
        let place = entry.text.prefix { $0 != "?" }
        let query = entry.text.dropFirst(place.count)
        do throws(ServiceURL.Refusal) {
            let url = try ServiceURL(String(place))
            if query.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return url.text + query }
        } catch {
            if error == .unencrypted {
                throw entry.error("goes to another machine without encryption", "write https:// in place of http://")
            }
        }
        throw entry.error("is not the address of a sound", "write one as https://host/path.wav")
    }

    /// The URL of an endpoint: the address of a service with a token behind its last slash.
    static func endpoint(_ entry: Entry) throws(ConfigurationError) -> Settings.Endpoint {
        try endpoint(entry.text, entry)
    }

    static func endpointInFile(_ entry: Entry) throws(ConfigurationError) -> Settings.Endpoint {
        try endpoint(secretInFile(entry).reveal(), entry)
    }

    /// No message repeats the text, because it is a secret.
    private static func endpoint(_ text: String, _ entry: Entry) throws(ConfigurationError) -> Settings.Endpoint {
        let slash = text.utf8.lastIndex(of: UInt8(ascii: "/"))
        let token = slash.map { text[text.utf8.index(after: $0)...] } ?? text[...]
        let server = slash.map { String(text[..<$0]) } ?? ""
        let isToken =
            (8...256).contains(token.utf8.count)
            && token.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        let remedy = "copy the Endpoint URL from Cognigy: https://HOST/TOKEN"
        do throws(ServiceURL.Refusal) {
            let server = try ServiceURL(server).text
            if isToken { return Settings.Endpoint(server: server, token: Secret(String(token))) }
        } catch {
            if error == .unencrypted {
                throw entry.error("goes to another machine without encryption", "write https:// in place of http://")
            }
        }
        let flaw = URLFlaw.ofToken(text).map { ": \($0)" } ?? ""
        throw entry.error("is not the URL of an endpoint\(flaw)", remedy)
    }

    /// `x.cognigy.com` stands for https://x.cognigy.com.
    static func instanceURL(_ entry: Entry) throws(ConfigurationError) -> String {
        if ServiceURL.isHost(entry.text) { return "https://\(entry.text.lowercased())" }
        throw entry.error("is not a host name", "write it as x.cognigy.com, or a whole address as base_url")
    }

    /// An HTTP proxy, perhaps with user:password@.
    static func proxy(_ entry: Entry) throws(ConfigurationError) -> Secret {
        let address = entry.text.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let scheme = entry.text.lowercased().hasPrefix("https://") ? "https://" : "http://"
        let host = entry.text.contains("@") ? String(address) : String(entry.text.dropFirst(scheme.count))
        let url = try? ServiceURL("https://" + host)
        if entry.text.lowercased().hasPrefix(scheme), let url, !url.text.dropFirst(8).contains("/") {
            return Secret(entry.text)
        }
        throw entry.error("is not the address of a proxy", "write one as http://proxy.example.com:3128")
    }
}
