/// How the other end broke RFC 6455.
public enum ProtocolError: Error, Equatable, Sendable {
    case reservedBits
    case reservedOpcode(UInt8)
    case wrongMasking
    case longControlFrame
    case fragmentedControlFrame
    case continuationOfNothing
    case messageInsideMessage
    case wastefulLength
    case negativeLength
    case messageTooBig
    case invalidUTF8
    case truncatedCloseCode
    case illegalCloseCode(UInt16)

    /// The code for the close frame that answers it.
    public var closeCode: CloseCode {
        switch self {
        case .messageTooBig: .messageTooBig
        case .invalidUTF8: .invalidData
        default: .protocolError
        }
    }
}

extension ProtocolError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .reservedBits: "a frame has reserved bits set"
        case .reservedOpcode(let opcode): "a frame has the reserved opcode \(opcode)"
        case .wrongMasking: "a frame is masked that must not be, or the other way round"
        case .longControlFrame: "a control frame is longer than 125 bytes"
        case .fragmentedControlFrame: "a control frame is fragmented"
        case .continuationOfNothing: "a frame goes on with a message that never began"
        case .messageInsideMessage: "a message begins inside another"
        case .wastefulLength: "a length is written in more bytes than it needs"
        case .negativeLength: "a length has its highest bit set"
        case .messageTooBig: "a message is larger than we take"
        case .invalidUTF8: "a text is not UTF-8"
        case .truncatedCloseCode: "a close frame holds half a code"
        case .illegalCloseCode(let code): "the close code \(code) must not be sent"
        }
    }
}
