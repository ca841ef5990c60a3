/// The address of a Redis: redis://[user@]host[:port][/database], rediss:// with TLS, or unix://[user@]/path[?db=database].
enum RedisURL {
    /// Why a text is none, in words that repeat nothing of it.
    enum Refusal: Error, Equatable {
        case flawed(String)
        case hasPassword
    }

    static let usualPort = 6379
    static let mostDatabases = 1 << 14

    static func read(_ text: String) throws(Refusal) -> Settings.Fleet.Address {
        let lower = text.lowercased()
        guard let scheme = ["redis://", "rediss://", "unix://"].first(where: { lower.hasPrefix($0) }) else {
            throw .flawed("it begins with none of redis://, rediss:// and unix://")
        }
        let (user, rest) = try user(text.dropFirst(scheme.utf8.count))
        var address = Settings.Fleet.Address(place: .local(""), user: user, database: 0)
        if scheme == "unix://" {
            let path = rest.prefix { $0 != "?" }
            let query = rest.dropFirst(path.count)
            if !path.hasPrefix("/") {
                throw .flawed("the path of a socket begins with /, as in unix:///run/redis.sock")
            }
            // sun_path of unix(7), with its zero.
            if path.utf8.count > 107 { throw .flawed("no path of a socket has more than 107 bytes") }
            address.place = .local(String(path))
            if query.isEmpty { return address }
            if !query.hasPrefix("?db=") { throw .flawed("behind the ? has only db= a place") }
            address.database = try database(query.dropFirst(4))
            return address
        }
        if rest.contains(where: { $0 == "?" || $0 == "#" }) { throw .flawed("a query has no place in it") }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        let (host, port) = try hostAndPort(authority)
        address.place = .host(host, port: port, isSecure: scheme == "rediss://")
        if path.count > 1 { address.database = try database(path.dropFirst()) }
        return address
    }

    private static func user(_ text: Substring) throws(Refusal) -> (String?, Substring) {
        let authority = text.prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else {
            // A password with a slash in it.
            if text.contains("@") { throw .hasPassword }
            return (nil, text)
        }
        let user = authority[..<at]
        if user.contains(":") { throw .hasPassword }
        let isName = user.utf8.allSatisfy { $0.isLetterOrDigit || "-_.".utf8.contains($0) }
        if user.isEmpty || !isName || user.utf8.count > 64 {
            throw .flawed("the user before the @ has other characters than letters, digits and - _ .")
        }
        return (String(user), text[text.index(after: at)...])
    }

    private static func hostAndPort(_ authority: Substring) throws(Refusal) -> (String, Int) {
        var host = authority.prefix { $0 != ":" }
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .flawed("the host's bracket is not closed") }
            host = authority[...end]
            let inner = host.dropFirst().dropLast()
            if !inner.contains(":") || !inner.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) {
                throw .flawed("between the brackets is no address of IPv6")
            }
        } else if !ServiceURL.isHost(host) {
            throw .flawed(host.isEmpty ? "there is no host in it" : "its host is no name of one")
        }
        let port = authority.dropFirst(host.count)
        let name = host.hasPrefix("[") ? host.dropFirst().dropLast() : host
        if port.isEmpty { return (name.lowercased(), usualPort) }
        let digits = port.dropFirst()
        guard port.hasPrefix(":"), digits.utf8.allSatisfy(\.isDigit), let number = UInt16(digits), number > 0 else {
            throw .flawed("the port behind the host is no number from 1 to 65535")
        }
        return (name.lowercased(), Int(number))
    }

    private static func database(_ digits: Substring) throws(Refusal) -> Int {
        if digits.utf8.allSatisfy(\.isDigit), let number = Int(digits), number < mostDatabases { return number }
        throw .flawed("the database is no number from 0 to \(mostDatabases - 1)")
    }
}

extension Read {
    /// No message repeats the text, because there may be a password in it.
    static func redisURL(_ entry: Entry) throws(ConfigurationError) -> Settings.Fleet.Address {
        do throws(RedisURL.Refusal) { return try RedisURL.read(entry.text) } catch {
            switch error {
            case .hasPassword:
                throw entry.error(
                    "holds a password, which every reader of this file would see",
                    "write the password alone into a file, and name that as password_file")
            case .flawed(let why):
                throw entry.error(
                    "is not the address of a Redis: \(why)", "write one as rediss://host or redis://user@host:6379/0")
            }
        }
    }

    /// What names of keys may begin with.
    static func keyPrefix(_ entry: Entry) throws(ConfigurationError) -> String {
        let isName = entry.text.utf8.allSatisfy { $0.isLetterOrDigit || "-_:.".utf8.contains($0) }
        if isName, entry.text.utf8.count <= 64 { return entry.text }
        throw entry.error(
            "\"\(entry.text.printable)\" is not the beginning of a key",
            "use at most 64 letters, digits and - _ : . only")
    }
}
