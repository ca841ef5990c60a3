/// Reads the start of a frame, byte by byte. RFC 6455, section 5.2.
struct FrameHeader {
    private var bytes: [UInt8] = []

    var isFinal: Bool { bytes[0] & 0x80 != 0 }
    var opcode: Frame.Opcode { Frame.Opcode(rawValue: bytes[0] & 0x0F) ?? .continuation }
    var isMasked: Bool { bytes[1] & 0x80 != 0 }
    private(set) var length = 0
    private(set) var mask: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)

    init() { bytes.reserveCapacity(14) }

    mutating func reset() { bytes.removeAll(keepingCapacity: true) }

    /// Takes one more byte. True once the header is complete.
    mutating func append(_ byte: UInt8, from sender: Assembler.Role) throws(ProtocolError) -> Bool {
        bytes.append(byte)
        if bytes.count == 1 { try checkFirstByte() }
        if bytes.count < 2 { return false }
        if bytes.count == 2 { try checkSecondByte(from: sender) }
        if bytes.count < 2 + lengthWidth + (isMasked ? 4 : 0) { return false }
        try readLength()
        if isMasked {
            let key = bytes.suffix(4)
            mask = (key[key.startIndex], key[key.startIndex + 1], key[key.startIndex + 2], key[key.startIndex + 3])
        }
        return true
    }

    private var lengthWidth: Int {
        switch bytes[1] & 0x7F {
        case 126: 2
        case 127: 8
        default: 0
        }
    }

    private func checkFirstByte() throws(ProtocolError) {
        if bytes[0] & 0x70 != 0 { throw .reservedBits }
        guard let opcode = Frame.Opcode(rawValue: bytes[0] & 0x0F) else { throw .reservedOpcode(bytes[0] & 0x0F) }
        if opcode.isControl && !isFinal { throw .fragmentedControlFrame }
    }

    private func checkSecondByte(from sender: Assembler.Role) throws(ProtocolError) {
        // Section 5.1: a client masks every frame, a server none.
        if isMasked != (sender == .client) { throw .wrongMasking }
        if opcode.isControl && bytes[1] & 0x7F > Frame.longestControl { throw .longControlFrame }
    }

    private mutating func readLength() throws(ProtocolError) {
        let long = bytes[2..<2 + lengthWidth].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch lengthWidth {
        case 2: if long < 126 { throw .wastefulLength }
        case 8: if long <= 0xFFFF { throw .wastefulLength }
        default: break
        }
        guard let value = Int(exactly: lengthWidth == 0 ? UInt64(bytes[1] & 0x7F) : long) else {
            throw .negativeLength
        }
        length = value
    }
}
