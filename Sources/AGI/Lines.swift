/// Cuts a stream of bytes into lines. One buffer for the life of a pipe, so no byte is lost between readers.
public struct Lines: Sendable {
    private var partial: [UInt8] = []

    /// A line longer than this is cut: Asterisk's own are shorter, whatever a caller put into a variable.
    public static let longest = 64 * 1024

    public init() {}

    /// Lines completed by `bytes`, without their LF or CR LF. What is not UTF-8 is repaired.
    public mutating func receive(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
                lines.append(String(decoding: partial, as: UTF8.self))
                partial.removeAll(keepingCapacity: true)
            } else if partial.count < Lines.longest {
                partial.append(byte)
            }
        }
        return lines
    }
}
