/// One HTTP request; the names of its headers are in lower case.
package struct Request: Equatable {
    struct Header: Equatable {
        let name: String
        let value: String
    }

    package var method: String
    var target: String
    var headers: [Header] = []
    var body: [UInt8] = []

    /// The value of a header that stands there once; nil for none or several.
    package subscript(name: String) -> String? {
        let values = headers.filter { $0.name == name }
        return values.count == 1 ? values.first?.value : nil
    }

    func has(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// The words of the path between its slashes.
    var path: [Substring] { target.dropFirst().split(separator: "/", omittingEmptySubsequences: false) }

    /// What stands for the star in a path like `/api/v1/session/*`, without its escapes; nil for any other path.
    func word(in pattern: String) -> String? {
        let words = pattern.dropFirst().split(separator: "/")
        guard let star = words.firstIndex(of: "*"), path.indices.contains(star),
            path.prefix(star) + ["*"] + path.dropFirst(star + 1) == words[...],
            !path[star].isEmpty, !path[star].contains("?")
        else { return nil }
        return Self.percentDecoded(path[star])
    }

    /// RFC 3986, section 2.1; what is no escape stays as it is.
    static func percentDecoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"),
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    package var headersByName: [String: String] {
        Dictionary(headers.map { ($0.name, $0.value) }) { first, second in first + "," + second }
    }
}
