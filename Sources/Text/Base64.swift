/// RFC 4648, section 4, with padding and without line breaks.
public enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    public static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            // Three bytes are four digits of six bits; missing bytes count as zeros.
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0..<4 {
                text.append(digit <= group.count ? alphabet[bits >> (18 - 6 * digit) & 63] : padding)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// nil where `text` is not exactly what `text(_:)` writes.
    public static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8.prefix { $0 != padding })
        var bytes: [UInt8] = []
        var bits = 0
        for (index, digit) in digits.enumerated() {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 & 0xFFFF | value
            // The first digit of four ends no byte; each of the others ends one.
            if index % 4 > 0 { bytes.append(UInt8(truncatingIfNeeded: bits >> (6 - 2 * (index % 4)))) }
        }
        // Unused bits that are not zero, a lone digit and a wrong padding are written differently.
        return self.text(bytes).utf8.elementsEqual(text.utf8) ? bytes : nil
    }
}
