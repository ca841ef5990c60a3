extension JSON {
    public enum Refusal: Error, Equatable, Sendable {
        case tooLarge
        case tooDeep
        case malformed
        case repeated(String)
    }

    public static let largestReply = 1 << 20
    public static let deepestNesting = 64

    /// Parses one value and nothing else, of at most 1 MiB and 64 levels. Of members with the same name the last counts,
    /// unless they are to be refused.
    public init(
        parsing bytes: some Collection<UInt8>, refusingRepeatedNames: Bool = false
    ) throws(Refusal) {
        if bytes.count > JSON.largestReply { throw .tooLarge }
        let contiguous = bytes.withContiguousStorageIfAvailable { Array($0) } ?? Array(bytes)
        // An array and no generic collection, so that the parser runs over plain memory.
        var parser = Parser(bytes: contiguous, refusesRepeatedNames: refusingRepeatedNames)
        self = try parser.document()
    }
}

private struct Parser {
    let bytes: [UInt8]
    let refusesRepeatedNames: Bool
    var index = 0

    init(bytes: [UInt8], refusesRepeatedNames: Bool) {
        self.bytes = bytes
        self.refusesRepeatedNames = refusesRepeatedNames
    }

    mutating func document() throws(JSON.Refusal) -> JSON {
        // Section 8.1: a byte order mark may be ignored.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        let value = try value(depth: 0)
        skipSpace()
        if index < bytes.count { throw .malformed }
        return value
    }

    private mutating func value(depth: Int) throws(JSON.Refusal) -> JSON {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSON.Refusal) -> JSON {
        if depth > JSON.deepestNesting { throw .tooDeep }
        index += 1
        var members: [String: JSON] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw .malformed }
            let name = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw .malformed }
            let previous = members.updateValue(try value(depth: depth), forKey: name)
            if refusesRepeatedNames && previous != nil { throw .repeated(name) }
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "}")) else { throw .malformed }
            return .object(members)
        }
    }

    private mutating func array(depth: Int) throws(JSON.Refusal) -> JSON {
        if depth > JSON.deepestNesting { throw .tooDeep }
        index += 1
        var values: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            values.append(try value(depth: depth))
            skipSpace()
            if take(UInt8(ascii: ",")) { continue }
            guard take(UInt8(ascii: "]")) else { throw .malformed }
            return .array(values)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON) throws(JSON.Refusal) -> JSON {
        let letters = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[index...].starts(with: letters) else { throw .malformed }
        index += letters.count
        return value
    }

    /// RFC 8259, section 6: no leading zeros, digits on both sides of a point.
    private mutating func number() throws(JSON.Refusal) -> JSON {
        let start = index
        var isInteger = true
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw .malformed }
        return .number(number)
    }

    private mutating func digits() throws(JSON.Refusal) {
        let start = index
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        if index == start { throw .malformed }
    }

    private mutating func string() throws(JSON.Refusal) -> String {
        index += 1
        var start = index
        var decoded: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                decoded += bytes[start..<index]
                index += 1
                guard let text = String(validating: decoded, as: UTF8.self) else { throw .malformed }
                return text
            case UInt8(ascii: "\\"):
                decoded += bytes[start..<index]
                index += 1
                decoded += String(try escape()).utf8
                start = index
            case 0..<0x20: throw .malformed
            default: index += 1
            }
        }
        throw .malformed
    }

    private mutating func escape() throws(JSON.Refusal) -> Character {
        guard let byte = peek else { throw .malformed }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Character(UnicodeScalar(byte))
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return Character(try scalar())
        default: throw .malformed
        }
    }

    /// `\uXXXX`, and two of them for a scalar beyond the basic plane. Half a pair becomes U+FFFD.
    private mutating func scalar() throws(JSON.Refusal) -> UnicodeScalar {
        let unit = try codeUnit()
        if let scalar = UnicodeScalar(UInt32(unit)) { return scalar }
        guard unit < 0xDC00, bytes[index...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            return "\u{FFFD}"
        }
        let mark = index
        index += 2
        let low = try codeUnit()
        guard (0xDC00...0xDFFF).contains(low) else {
            index = mark
            return "\u{FFFD}"
        }
        return UnicodeScalar(0x10000 + (UInt32(unit) - 0xD800) << 10 + (UInt32(low) - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func codeUnit() throws(JSON.Refusal) -> UInt16 {
        guard index + 4 <= bytes.count else { throw .malformed }
        var unit: UInt16 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else { throw .malformed }
            unit = unit << 4 | UInt16(digit)
        }
        index += 4
        return unit
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
    }
}
