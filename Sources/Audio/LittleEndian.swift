extension [UInt8] {
    func unsigned16(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }

    func unsigned32(at offset: Int) -> UInt32 {
        UInt32(unsigned16(at: offset)) | UInt32(unsigned16(at: offset + 2)) << 16
    }

    mutating func append(littleEndian value: some FixedWidthInteger) {
        for shift in stride(from: 0, to: value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    mutating func append(littleEndian samples: [Int16]) {
        samples.map { $0.littleEndian }.withUnsafeBytes { append(contentsOf: $0) }
    }
}
