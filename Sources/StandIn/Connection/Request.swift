/// An HTTP request. The names of its headers are in lower case.
public struct Request: Equatable {
    struct Header: Equatable {
        let name: String
        let value: String
    }

    public var method: String
    var target: String
    var headers: [Header] = []
    var body: [UInt8] = []

    /// The value of a header; nil if it is missing or given more than once.
    public subscript(name: String) -> String? {
        let values = headers.filter { $0.name == name }
        return values.count == 1 ? values.first?.value : nil
    }

    func has(_ name: String) -> Bool { headers.contains { $0.name == name } }

    /// The parts of the path between the slashes.
    var path: [Substring] { target.dropFirst().split(separator: "/", omittingEmptySubsequences: false) }

    /// Compares the path with a pattern like `/api/v1/session/*` and returns the part at the star, percent-decoded; nil
    /// for any other path.
    func word(in pattern: String) -> String? {
        let words = pattern.dropFirst().split(separator: "/")
        guard let star = words.firstIndex(of: "*"), path.indices.contains(star),
            path.prefix(star) + ["*"] + path.dropFirst(star + 1) == words[...],
            !path[star].isEmpty, !path[star].contains("?")
        else { return nil }
        return Self.percentDecoded(path[star])
    }

    /// Percent-decoding, RFC 3986, section 2.1. A percent sign that begins no escape is kept.
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

    public var headersByName: [String: String] {
        Dictionary(headers.map { ($0.name, $0.value) }) { first, second in first + "," + second }
    }
}
