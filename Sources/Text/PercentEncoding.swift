/// RFC 3986, section 2.1: `%` and two hexadecimal digits stand for a byte.
public enum PercentEncoding {
    /// `bytes` as ASCII text; those that `isPlain` refuses are encoded.
    public static func text(_ bytes: [UInt8], keeping isPlain: (UInt8) -> Bool) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            if isPlain(byte) {
                text.append(byte)
            } else {
                text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
