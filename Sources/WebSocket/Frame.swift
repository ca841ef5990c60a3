/// One frame to send. RFC 6455, section 5.2.
public struct Frame: Equatable, Sendable {
    public enum Opcode: UInt8, Sendable {
        case continuation = 0x0
        case text = 0x1
        case binary = 0x2
        case close = 0x8
        case ping = 0x9
        case pong = 0xA

        public var isControl: Bool { rawValue >= 0x8 }
    }

    /// The longest payload of a control frame.
    public static let longestControl = 125

    public var fin: Bool
    public var opcode: Opcode
    public var payload: [UInt8]

    public init(fin: Bool = true, opcode: Opcode, payload: [UInt8] = []) {
        self.fin = fin
        self.opcode = opcode
        self.payload = payload
    }

    public static func text(_ text: String) -> Frame { Frame(opcode: .text, payload: Array(text.utf8)) }

    public static func binary(_ payload: [UInt8]) -> Frame { Frame(opcode: .binary, payload: payload) }

    /// A payload longer than a control frame may carry is cut.
    public static func ping(_ payload: [UInt8] = []) -> Frame {
        Frame(opcode: .ping, payload: Array(payload.prefix(longestControl)))
    }

    public static func pong(_ payload: [UInt8] = []) -> Frame {
        Frame(opcode: .pong, payload: Array(payload.prefix(longestControl)))
    }

    /// A reason longer than a control frame may carry is cut between two characters.
    public static func close(_ code: CloseCode?, _ reason: String = "") -> Frame {
        guard let code else { return Frame(opcode: .close) }
        var payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)]
        for character in reason {
            if payload.count + character.utf8.count > longestControl { break }
            payload += character.utf8
        }
        return Frame(opcode: .close, payload: payload)
    }

    /// The bytes on the wire. A client always masks, with four bytes that are random and new for every frame (section 5.3).
    /// A server never does.
    public func encoded(mask: [UInt8]?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 14)
        bytes.append((fin ? 0x80 : 0) | opcode.rawValue)
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        switch payload.count {
        case 0...125: bytes.append(maskBit | UInt8(payload.count))
        case 126...0xFFFF:
            bytes.append(maskBit | 126)
            bytes.append(bigEndian: payload.count, width: 2)
        default:
            bytes.append(maskBit | 127)
            bytes.append(bigEndian: payload.count, width: 8)
        }
        guard let mask else { return bytes + payload }
        bytes += mask
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ mask[index & 3]) }
        return bytes
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: Int, width: Int) {
        for shift in stride(from: (width - 1) * 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
