import Glibc

/// A body of multipart/form-data (RFC 7578), as strict as RFC 2046 allows: nothing may stand before the first part or
/// after the last one.
struct Form: Equatable {
    struct Field: Equatable {
        let name: String
        /// Whether it has a file name.
        let isFile: Bool
        let content: [UInt8]
    }

    private(set) var fields: [Field] = []

    /// The boundary in a Content-Type: 1 to 70 characters (RFC 2046, section 5.1.1). Nil for any other type.
    static func boundary(in contentType: String) -> String? {
        let words = contentType.split(separator: ";").map { $0.drop { $0 == " " } }
        guard words.count == 2, words[0].lowercased() == "multipart/form-data",
            words[1].lowercased().hasPrefix("boundary=")
        else { return nil }
        let boundary = unquoted(words[1].dropFirst("boundary=".count))
        let isGood = boundary.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "'()+_,-./:=?".contains($0))
        }
        return isGood && (1...70).contains(boundary.count) ? boundary : nil
    }

    init?(_ body: [UInt8], boundary: String) {
        let delimiter = Array("\r\n--\(boundary)".utf8)
        // Only the first delimiter may stand without a line break before it.
        guard body.starts(with: delimiter.dropFirst(2)) else { return nil }
        var index = delimiter.count - 2
        while body[index...].starts(with: "\r\n".utf8) {
            guard let end = body.index(of: Array("\r\n\r\n".utf8), from: index),
                let next = body.index(of: delimiter, from: end + 4),
                let field = Self.field(head: body[index..<end], content: body[(end + 4)..<next])
            else { return nil }
            fields.append(field)
            index = next + delimiter.count
        }
        let last = body[index...]
        if fields.isEmpty || !(last.elementsEqual("--".utf8) || last.elementsEqual("--\r\n".utf8)) { return nil }
    }

    private static func field(head: ArraySlice<UInt8>, content: ArraySlice<UInt8>) -> Field? {
        for line in String(decoding: head, as: UTF8.self).split(separator: "\r\n") {
            let words = line.split(separator: ";").map { String($0.drop { $0 == " " }) }
            guard words.first?.lowercased() == "content-disposition: form-data" else { continue }
            guard let name = words.first(where: { $0.hasPrefix("name=") }) else { return nil }
            return Field(
                name: unquoted(name.dropFirst("name=".count)),
                isFile: words.contains { $0.hasPrefix("filename=") }, content: Array(content))
        }
        return nil
    }

    private static func unquoted(_ text: Substring) -> String {
        let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
        return String(isQuoted ? text.dropFirst().dropLast() : text)
    }
}

extension [UInt8] {
    /// The first index of `word` at or after `start`.
    func index(of word: [UInt8], from start: Int) -> Int? {
        guard let first = word.first else { return start }
        return withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var place = start
            while place + word.count <= bytes.count,
                let found = memchr(base + place, CInt(first), bytes.count - place)
            {
                place = UnsafeRawPointer(found) - base
                if bytes[place...].starts(with: word) { return place }
                place += 1
            }
            return nil
        }
    }
}
