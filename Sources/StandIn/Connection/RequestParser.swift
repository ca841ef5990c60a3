/// Parses HTTP requests from bytes that arrive in pieces of any size (RFC 9112). It is stricter than a server has to
/// be, and it is not the parser of the room `HTTP`, because it judges what that room writes.
public struct RequestParser {
    public enum Refusal: Error, Equatable {
        case malformedRequestLine
        case malformedHeader
        case lineTooLong
        case tooManyHeaders
        case contentLength
        case transferEncoding
        case bodyTooLarge
    }

    static let longestLine = 8192
    static let mostHeaders = 128
    static let largestBody = 1 << 20

    private var buffer: [UInt8] = []
    private var request: Request?
    private var bodyLength: Int?

    /// Whether no bytes of a further request have arrived.
    var isEmpty: Bool { buffer.isEmpty && request == nil }

    public init() {}

    public mutating func receive(_ bytes: [UInt8]) { buffer += bytes }

    /// The next complete request; nil until it has arrived.
    public mutating func next() throws(Refusal) -> Request? {
        while bodyLength == nil {
            guard let line = try takeLine() else { return nil }
            try read(line)
        }
        guard let length = bodyLength, buffer.count >= length, var whole = request else { return nil }
        whole.body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        request = nil
        bodyLength = nil
        return whole
    }

    private mutating func takeLine() throws(Refusal) -> [UInt8]? {
        let end = buffer.firstIndex(of: UInt8(ascii: "\n"))
        if end ?? buffer.count > Self.longestLine { throw .lineTooLong }
        guard let end else { return nil }
        defer { buffer.removeFirst(end + 1) }
        if end == 0 || buffer[end - 1] != UInt8(ascii: "\r") { throw malformed }
        return Array(buffer[..<(end - 1)])
    }

    private var malformed: Refusal { request == nil ? .malformedRequestLine : .malformedHeader }

    private mutating func read(_ line: [UInt8]) throws(Refusal) {
        // Section 2.2 forbids control characters. The contract has no use for obs-text, so that is refused, too.
        if !line.allSatisfy({ (0x20...0x7E).contains($0) }) { throw malformed }
        let text = String(decoding: line, as: UTF8.self)
        if request == nil {
            let words = text.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[2] == "HTTP/1.1", words[1].hasPrefix("/"), !words[0].isEmpty else {
                throw .malformedRequestLine
            }
            request = Request(method: String(words[0]), target: String(words[1]))
        } else if text.isEmpty {
            bodyLength = try lengthOfBody()
        } else {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(" ") else { throw .malformedHeader }
            let value = parts[1].drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            request?.headers.append(Request.Header(name: parts[0].lowercased(), value: String(value)))
            if request?.headers.count ?? 0 > Self.mostHeaders { throw .tooManyHeaders }
        }
    }

    private func lengthOfBody() throws(Refusal) -> Int {
        guard let request else { return 0 }
        if request.has("transfer-encoding") { throw .transferEncoding }
        if !request.has("content-length") { return 0 }
        guard let text = request["content-length"], text.allSatisfy(\.isNumber), let length = Int(text) else {
            throw .contentLength
        }
        if length > Self.largestBody { throw .bodyTooLarge }
        return length
    }
}
