/// G.711: a sample in a byte, as telephones send it.
enum MuLaw {
    static func decoded(_ code: UInt8) -> Int16 { table[Int(code)] }

    static func encoded(_ sample: Int16) -> UInt8 {
        let magnitude = min(abs(Int(sample)), 32_635) + 132
        let exponent = Int.bitWidth - 8 - magnitude.leadingZeroBitCount
        let code = (sample < 0 ? 0x80 : 0) | exponent << 4 | magnitude >> (exponent + 3) & 15
        return ~UInt8(code)
    }

    private static let table = (0...255).map { code -> Int16 in
        let bits = ~code & 0xFF
        let level = ((bits & 15) << 3 + 132) << (bits >> 4 & 7) - 132
        return Int16(bits & 0x80 != 0 ? -level : level)
    }
}
