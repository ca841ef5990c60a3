/// Cuts bytes that come in pieces into lines.
public struct LineCutter: Sendable {
    /// No line of the program's is as long.
    static let longest = 1 << 16

    private var rest: [UInt8] = []
    /// The line is longer than may be: what comes is thrown away up to its end.
    private var isSkipping = false

    public init() {}

    /// Hands each whole line to `take`, without its end; nil for one that is too long.
    public mutating func cut(_ bytes: [UInt8], _ take: (ArraySlice<UInt8>?) -> Void) {
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            line(bytes[start..<end], take)
            start = end + 1
        }
        keep(bytes[start...])
    }

    /// The last line may have no end.
    public mutating func finish(_ take: (ArraySlice<UInt8>?) -> Void) {
        if isSkipping || !rest.isEmpty { line([], take) }
    }

    private mutating func line(_ end: ArraySlice<UInt8>, _ take: (ArraySlice<UInt8>?) -> Void) {
        if rest.isEmpty, !isSkipping {
            take(end.count > Self.longest ? nil : end)
        } else {
            keep(end)
            take(isSkipping ? nil : rest[...])
        }
        rest.removeAll(keepingCapacity: true)
        isSkipping = false
    }

    private mutating func keep(_ piece: ArraySlice<UInt8>) {
        if isSkipping { return }
        if rest.count + piece.count > Self.longest {
            isSkipping = true
            rest.removeAll(keepingCapacity: true)
        } else {
            rest += piece
        }
    }
}
