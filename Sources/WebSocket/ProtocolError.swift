/// What the other end did against RFC 6455.
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

    /// What to tell the other end in the close frame.
    public var closeCode: CloseCode {
        switch self {
        case .messageTooBig: .messageTooBig
        case .invalidUTF8: .invalidData
        default: .protocolError
        }
    }
}
