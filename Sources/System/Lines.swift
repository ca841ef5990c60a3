/// Bytes in, whole lines out, without their ends.
public struct Lines: Sendable {
    private var rest: [UInt8] = []

    public init() {}

    /// The lines that these bytes complete.
    public mutating func receive(_ bytes: some Sequence<UInt8>) -> [String] {
        rest += bytes
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = lines.popLast().map(Array.init) ?? []
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }
}
