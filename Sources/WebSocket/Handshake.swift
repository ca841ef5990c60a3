import Digests
import Text

/// The HTTP exchange that opens a WebSocket. RFC 6455, section 4.
public enum Handshake {
    public enum Failure: Error, Equatable, Sendable {
        case forbiddenByte(in: String)
        case reservedHeader(String)
        case lineTooLong
        case tooManyHeaders
        case headTooLong
        case nullByte
        case malformedStatus
        case malformedLine
        case notAnUpgrade
        case wrongVersion
        case wrongKey
        case wrongAcceptance
        case unofferedExtension
        case unofferedSubprotocol
    }

    /// The Sec-WebSocket-Accept that answers a Sec-WebSocket-Key.
    public static func acceptance(forKey key: String) -> String {
        Base64.text(Digest.sha1(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// Whether a header that holds a list, such as Connection, holds `token` in any case.
    static func list(_ value: String?, holds token: String) -> Bool {
        (value ?? "").utf8.split(separator: UInt8(ascii: ",")).contains { isToken(trimmed($0), token) }
    }

    /// Whether `bytes` are `token`, which is in lower case, in any case of ASCII. Swift's own comparison takes letters of
    /// Unicode for those of ASCII.
    static func isToken(_ bytes: some Collection<UInt8>, _ token: String) -> Bool {
        bytes.lazy.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }.elementsEqual(
            token.utf8)
    }

    /// `bytes` without spaces and tabs at both ends.
    static func trimmed(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        return bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    }

    /// Whether `bytes` are a token. RFC 9110, section 5.6.2.
    static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { $0.isASCIILetterOrDigit || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }
}

extension Handshake.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .forbiddenByte(let place): "the \(place) of the request holds a byte that could end it"
        case .reservedHeader(let name): "the header \(name) is the handshake's own"
        case .lineTooLong: "a line of the answer is longer than 8 KiB"
        case .tooManyHeaders: "the answer has more than 128 headers"
        case .headTooLong: "the headers of the answer are longer than 300 KiB"
        case .nullByte: "the answer's headers hold a null byte"
        case .malformedStatus: "the answer does not begin as one of HTTP/1.1"
        case .malformedLine: "a line of the answer is no header of HTTP/1.1"
        case .notAnUpgrade: "it is no upgrade to a WebSocket"
        case .wrongVersion: "Sec-WebSocket-Version is not 13"
        case .wrongKey: "Sec-WebSocket-Key is not 16 bytes in base 64"
        case .wrongAcceptance: "Sec-WebSocket-Accept does not answer the key"
        case .unofferedExtension: "an extension is used that was not offered"
        case .unofferedSubprotocol: "a subprotocol is used that was not offered"
        }
    }
}
