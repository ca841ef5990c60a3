import JSON
import Text

/// The members of one command. Their names are found in any case, because the documents spell them differently; null is
/// the same as missing.
struct Body {
    private let members: [String: JSON]
    /// As they are written, sorted.
    let names: [String]

    /// Without members where `json` is no object.
    init(_ json: JSON?) {
        let named = (json?.object ?? [:]).filter { $0.value != .null }.sorted { $0.key < $1.key }
        names = named.map(\.key)
        members = Dictionary(named.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
    }

    /// The first of these members.
    subscript(names: String...) -> JSON? {
        for name in names {
            if let value = members[name.lowercased()] { return value }
        }
        return nil
    }

    /// SIP headers, from an object or from a list of `{name, value}`. Several values of one header are joined by commas
    /// (RFC 3261, section 7.3.1). What could break out of a header is left out.
    func headers(_ names: String...) -> [String: String] {
        var found: [String: String] = [:]
        for name in names {
            guard let json = members[name.lowercased()] else { continue }
            let pairs: [(String, JSON)]
            if let list = json.array {
                pairs = list.compactMap { entry in
                    Body(entry)["name"]?.words.flatMap { name in Body(entry)["value"].map { (name, $0) } }
                }
            } else {
                pairs = (json.object ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
            }
            for (name, value) in pairs where found.count < Body.mostHeaders {
                let values = value.array?.compactMap(\.scalar) ?? [value.scalar].compactMap { $0 }
                let text = values.joined(separator: ", ")
                if !values.isEmpty, Body.isHeader(name, text) { found[name] = text }
            }
        }
        return found
    }

    private static let mostHeaders = 50
    private static let longestName = 128
    private static let longestValue = 4096

    private static func isHeader(_ name: String, _ value: String) -> Bool {
        (1...longestName).contains(name.utf8.count) && value.utf8.count <= longestValue
            && name.utf8.allSatisfy { $0.isASCIILetterOrDigit || Array("-._".utf8).contains($0) }
            && value.unicodeScalars.allSatisfy { !$0.isControlOrLineBreak }
    }
}
