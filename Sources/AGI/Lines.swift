/// Cuts a stream of bytes into lines. One buffer for the life of a pipe, so no byte is lost between readers.
public struct Lines: Sendable {
    private var partial: [UInt8] = []

    /// A line longer than this is cut: Asterisk's own are shorter, whatever a caller put into a variable.
    public static let longest = 64 * 1024

    public init() {}

    /// Lines completed by `bytes`, without their LF or CR LF. What is not UTF-8 is repaired.
    public mutating func receive(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            take(rest[..<end])
            rest = rest[(end + 1)...]
            if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
            lines.append(String(decoding: partial, as: UTF8.self))
            partial.removeAll(keepingCapacity: true)
        }
        take(rest)
        return lines
    }

    private mutating func take(_ piece: ArraySlice<UInt8>) {
        partial += piece.prefix(Lines.longest - partial.count)
    }
}
