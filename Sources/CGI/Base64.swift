import CCrypto

/// RFC 4648, section 4, with padding and without line breaks.
enum Base64 {
    static func text(_ bytes: [UInt8]) -> String {
        var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
        let count = EVP_EncodeBlock(&text, bytes, CInt(bytes.count))
        return String(decoding: text.prefix(Int(count)), as: UTF8.self)
    }

    static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        let text = Array(text.utf8)
        var bytes = [UInt8](repeating: 0, count: text.count / 4 * 3)
        let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
        // The decoder counts padding as zeros, and skips spaces at both ends.
        guard EVP_DecodeBlock(&bytes, text, CInt(text.count)) == bytes.count, bytes.count >= padding else { return nil }
        bytes.removeLast(padding)
        // What is not written back as it stood has bits or characters that mean nothing.
        return Base64.text(bytes).utf8.elementsEqual(text) ? bytes : nil
    }
}
