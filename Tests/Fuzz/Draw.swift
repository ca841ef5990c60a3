/// Makes decisions out of the bytes of an input, so that libFuzzer steers them. An input that is used up answers with
/// zeros.
struct Draw {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isOver: Bool { rest.isEmpty }

    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// From 0 to `count` - 1, of at most 256.
    mutating func number(below count: Int) -> Int { Int(byte()) % count }

    mutating func bool() -> Bool { byte() & 1 == 1 }

    mutating func one<Value>(of values: [Value]) -> Value { values[number(below: values.count)] }

    mutating func number() -> UInt64 { (0..<8).reduce(0) { number, _ in number << 8 | UInt64(byte()) } }

    /// So many bytes as the next byte says.
    mutating func bytes() -> [UInt8] {
        let part = rest.prefix(Int(byte()))
        rest = rest.dropFirst(part.count)
        return Array(part)
    }

    mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }

    /// All that is left.
    mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}

extension [UInt8] {
    /// These bytes in pieces, whose lengths the bytes of `cuts` say by turns; in one where there are none.
    func pieces(_ cuts: [UInt8]) -> [[UInt8]] {
        guard !cuts.isEmpty else { return [self] }
        var pieces: [[UInt8]] = []
        var rest = self[...]
        var turn = 0
        while !rest.isEmpty {
            let piece = rest.prefix(Int(cuts[turn % cuts.count]) + 1)
            pieces.append(Array(piece))
            rest = rest.dropFirst(piece.count)
            turn += 1
        }
        return pieces
    }
}

extension String {
    init(_ bytes: [UInt8]) { self.init(decoding: bytes, as: UTF8.self) }
}
