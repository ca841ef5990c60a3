/// How a sample is written.
enum SampleEncoding: Equatable, Sendable {
    case unsigned8
    /// Little-endian, left-justified in its container, so that its two highest bytes are the sample whatever its width.
    case signed
    case float32
    case float64
    case aLaw
    case muLaw
}

/// ITU-T G.711, one table for each law.
enum G711 {
    static let aLaw: [Int16] = (0...255).map { code in
        let bits = code ^ 0x55
        let segment = (bits & 0x70) >> 4
        let step = (bits & 0x0F) << 4
        let level = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1)
        return Int16(bits & 0x80 != 0 ? level : -level)
    }

    static let muLaw: [Int16] = (0...255).map { code in
        let bits = ~code & 0xFF
        let level = ((bits & 0x0F) << 3 + 0x84) << ((bits & 0x70) >> 4) - 0x84
        return Int16(bits & 0x80 != 0 ? -level : level)
    }
}
