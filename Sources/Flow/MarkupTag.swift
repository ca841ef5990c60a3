import Text

/// One tag of a markup.
struct MarkupTag {
    /// In lower case, without the prefix of a namespace.
    let name: String
    /// Whether it begins with `</`.
    let isEnd: Bool
    /// Whether it ends with `/>`.
    let isEmpty: Bool
    /// The place behind it.
    let end: Int
    private let attributes: ArraySlice<UInt8>

    /// In bytes. A longer one is no tag, so that a broken text is not searched again and again.
    private static let longest = 5 << 10
    /// In bytes.
    private static let longestName = 64

    /// The tag that begins with the `<` at `start`; nil where none does.
    init?(_ bytes: [UInt8], at start: Int) {
        var place = start + 1
        isEnd = place < bytes.count && bytes[place] == UInt8(ascii: "/")
        if isEnd { place += 1 }
        let nameStart = place
        while place < bytes.count, place - nameStart < MarkupTag.longestName, MarkupTag.isOfName(bytes[place]) {
            place += 1
        }
        let name = String(decoding: bytes[nameStart..<place].map(\.lowered), as: UTF8.self)
        guard let first = name.utf8.first, !first.isDigit, first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else {
            return nil
        }
        let local = String(name.split(separator: ":").last ?? "")
        guard let close = MarkupTag.close(bytes, from: place, isKnown: isEnd || MarkupTag.known.contains(local)) else {
            return nil
        }
        self.name = local
        let isClosed = close < bytes.count && bytes[close] == UInt8(ascii: ">")
        end = isClosed ? close + 1 : close
        isEmpty = close > place && bytes[close - 1] == UInt8(ascii: "/")
        attributes = bytes[place..<(isEmpty ? close - 1 : close)]
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte.isASCIILetterOrDigit || ":_-.".utf8.contains(byte) || byte >= 0x80
    }

    /// A broken tag with one of these names is a tag nevertheless, and so is every end tag. Any other one is a text with a
    /// `<` in it.
    private static let known: Set<String> = [
        "speak", "break", "p", "s", "sub", "audio", "voice", "lang", "prosody", "emphasis", "say-as", "phoneme", "mark",
        "w", "token", "desc", "metadata", "meta", "lexicon", "lookup", "express-as", "silence", "backgroundaudio",
    ]

    /// Where the tag ends: at a `>` outside quotes, or at the first `>` where a quote is not closed. A tag without one ends
    /// before the next `<` or with the text.
    private static func close(_ bytes: [UInt8], from start: Int, isKnown: Bool) -> Int? {
        let limit = min(bytes.count, start + longest)
        var quote: UInt8?
        var firstClose: Int?
        var firstOpen: Int?
        for place in start..<limit {
            let byte = bytes[place]
            if byte == UInt8(ascii: ">") {
                if quote == nil && firstOpen == nil { return place }
                firstClose = firstClose ?? place
            }
            if byte == UInt8(ascii: "<") { firstOpen = firstOpen ?? place }
            if quote == nil, firstOpen != nil { break }
            if let open = quote {
                if byte == open {
                    quote = nil
                    // A `<` may not stand in a value (XML 1.0, section 2.3), but it does no harm there.
                    firstOpen = nil
                }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
        }
        if let firstClose, firstClose < firstOpen ?? limit { return firstClose }
        return isKnown ? firstOpen ?? limit : nil
    }

    // MARK: Attributes

    /// The value of an attribute, quoted or not.
    subscript(name: String) -> String? {
        let wanted = Array(name.utf8)
        var rest = attributes
        while !rest.isEmpty {
            rest = rest.drop { !MarkupTag.isOfName($0) }
            let word = rest.prefix { MarkupTag.isOfName($0) }
            rest = rest[word.endIndex...].drop { MarkupReader.isBlank($0) }
            guard rest.first == UInt8(ascii: "=") else { continue }
            rest = rest.dropFirst().drop { MarkupReader.isBlank($0) }
            let value: ArraySlice<UInt8>
            if let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
                value = rest.dropFirst().prefix { $0 != quote }
                rest = rest[value.endIndex...].dropFirst()
            } else {
                value = rest.prefix { !MarkupReader.isBlank($0) }
                rest = rest[value.endIndex...]
            }
            if word.map(\.lowered) == wanted { return MarkupTag.decoded(value) }
        }
        return nil
    }

    private static func decoded(_ value: ArraySlice<UInt8>) -> String {
        var text = ""
        var rest = value
        while let ampersand = rest.firstIndex(of: UInt8(ascii: "&")) {
            text += String(decoding: rest[..<ampersand], as: UTF8.self)
            rest = rest[(ampersand + 1)...]
            if let end = rest.prefix(10).firstIndex(of: UInt8(ascii: ";")),
                let character = MarkupReader.entity(String(decoding: rest[..<end], as: UTF8.self))
            {
                text += character
                rest = rest[(end + 1)...]
            } else {
                text += "&"
            }
        }
        return text + String(decoding: rest, as: UTF8.self)
    }

    /// How long a break is (SSML 1.1, section 3.2.3): its time, else its strength, which is medium where it is not named.
    /// The times of the strengths are those of common voices.
    var pause: Duration {
        if let time = self["time"]?.trimmed.lowercased(), let pause = MarkupTag.time(time) { return pause }
        return switch self["strength"]?.trimmed.lowercased() {
        case "none": .zero
        case "x-weak": .milliseconds(250)
        case "weak": .milliseconds(500)
        case "strong": .milliseconds(1000)
        case "x-strong": .milliseconds(1250)
        default: .milliseconds(750)
        }
    }

    /// A number with the unit `s` or `ms`, and without a unit by its size.
    private static func time(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isNumber || $0 == "." || $0 == "+" }
        guard var number = Double(digits), number.isFinite else { return nil }
        switch String(text[digits.endIndex...]).trimmed {
        case "ms": break
        case "s": number *= 1000
        case "": number *= number < 100 ? 1000 : 1
        default: return nil
        }
        return number >= 10_000 ? Markup.longestPause : .milliseconds(Int(number.rounded()))
    }
}
