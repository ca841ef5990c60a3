/// Makes messages of the bytes that arrive, however they are cut. RFC 6455, sections 5.4 to 5.6 and 7.
///
/// The room WebSocket holds the protocol without its socket: the handshake of both sides, frames, and the messages that
/// they carry. It does no I/O and draws no random numbers; Transport connects it with a server.
public struct Assembler: Sendable {
    public enum Role: Sendable {
        case client, server
    }

    public enum Incoming: Equatable, Sendable {
        case text(String)
        case binary([UInt8])
        case ping([UInt8])
        case pong([UInt8])
        case close(CloseCode?, String)
        /// Always the last one. The connection is to be closed with `ProtocolError.closeCode`; messages before it are valid.
        case violation(ProtocolError)
    }

    private enum Progress {
        case header
        case payload
        /// Nothing counts after a close frame or a violation (section 1.4).
        case over
    }

    private let sender: Role
    private let limit: Int
    private var progress = Progress.header
    private var header = FrameHeader()
    private var missing = 0
    private var control: [UInt8] = []
    private var kind: Frame.Opcode?
    private var message: [UInt8] = []
    private var text = UTF8Stream()

    /// In bytes, where nobody says otherwise.
    public static let longestMessage = 1 << 20

    /// `role` is our own. `limit` is the longest message in bytes.
    public init(role: Role, limit: Int = longestMessage) {
        sender = role == .client ? .server : .client
        self.limit = limit
    }

    /// Takes the bytes of one read and returns what became complete by them, in order.
    public mutating func receive(_ bytes: some Collection<UInt8>) -> [Incoming] {
        var incoming: [Incoming] = []
        var rest = Array(bytes)[...]
        do throws(ProtocolError) {
            while !rest.isEmpty {
                switch progress {
                case .header:
                    if try header.append(rest.removeFirst(), from: sender) { try beginPayload() }
                case .payload:
                    let part = rest.prefix(missing)
                    rest = rest.dropFirst(part.count)
                    try take(part)
                case .over: return incoming
                }
                if progress == .payload && missing == 0 { try endFrame(into: &incoming) }
            }
        } catch {
            progress = .over
            incoming.append(.violation(error))
        }
        return incoming
    }

    private mutating func beginPayload() throws(ProtocolError) {
        progress = .payload
        missing = header.length
        if header.opcode.isControl { return }
        if header.opcode == .continuation {
            if kind == nil { throw .continuationOfNothing }
        } else {
            if kind != nil { throw .messageInsideMessage }
            kind = header.opcode
        }
        if header.length > limit - message.count { throw .messageTooBig }
    }

    private mutating func take(_ part: ArraySlice<UInt8>) throws(ProtocolError) {
        let plain = header.isMasked ? unmasked(part)[...] : part
        missing -= part.count
        if header.opcode.isControl {
            control += plain
        } else {
            if kind == .text && !text.accept(plain) { throw .invalidUTF8 }
            message += plain
        }
    }

    private func unmasked(_ part: ArraySlice<UInt8>) -> [UInt8] {
        let mask = [header.mask.0, header.mask.1, header.mask.2, header.mask.3]
        var position = header.length - missing
        return part.map { byte in
            defer { position += 1 }
            return byte ^ mask[position & 3]
        }
    }

    private mutating func endFrame(into incoming: inout [Incoming]) throws(ProtocolError) {
        progress = .header
        let (opcode, isFinal) = (header.opcode, header.isFinal)
        header.reset()
        if opcode.isControl {
            defer { control.removeAll(keepingCapacity: true) }
            switch opcode {
            case .ping: incoming.append(.ping(control))
            case .pong: incoming.append(.pong(control))
            default:
                incoming.append(try close())
                progress = .over
            }
        } else if isFinal {
            if kind == .text {
                if !text.isComplete { throw .invalidUTF8 }
                incoming.append(.text(String(decoding: message, as: UTF8.self)))
            } else {
                incoming.append(.binary(message))
            }
            kind = nil
            message = []
        }
    }

    /// Sections 5.5.1 and 7.4.
    private func close() throws(ProtocolError) -> Incoming {
        if control.isEmpty { return .close(nil, "") }
        if control.count == 1 { throw .truncatedCloseCode }
        let code = CloseCode(rawValue: UInt16(control[0]) << 8 | UInt16(control[1]))
        if !code.isLegal { throw .illegalCloseCode(code.rawValue) }
        var reason = UTF8Stream()
        if !reason.accept(control[2...]) || !reason.isComplete { throw .invalidUTF8 }
        return .close(code, String(decoding: control[2...], as: UTF8.self))
    }
}
