/// Reads what a server of RESP3 says, however it is cut. The sections are those of redis.io's "RESP protocol spec" and of the
/// RESP3 specification.
///
/// Each byte is looked at once or twice, however few come at a time.
public struct RedisReplies {
    /// What is no RESP3, or more of it than any question of ours leads to.
    public struct Flaw: Error, Equatable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// In bytes: one string, one line without its end, and one reply with all that is in it.
    static let longestString = 1 << 20
    static let longestLine = 1 << 16
    static let longestReply = 2 << 20
    static let mostElements = 1024
    static let mostDepth = 8

    /// From `start` on it was not read yet.
    private var buffer: [UInt8] = []
    private var start = 0
    /// Up to here no line ends.
    private var searched = 0
    /// The string whose bytes are awaited.
    private var string: (length: Int, kind: UInt8)?
    /// Lists whose elements are awaited, the innermost last.
    private var lists: [Unfinished] = []
    /// How much of the reply was read.
    private var size = 0
    /// Since when nothing can be read any more. What came before it was returned.
    public private(set) var flaw: Flaw?

    private struct Unfinished {
        let kind: UInt8
        let count: Int
        var items: [RedisReply] = []
    }

    public init() {}

    /// The replies that are whole by now. Where a flaw comes after some, those are returned and `flaw` is set; it is thrown where
    /// there are none, and from then on.
    public mutating func receive(_ bytes: [UInt8]) throws(Flaw) -> [RedisReply] {
        if let flaw { throw flaw }
        buffer += bytes
        var replies: [RedisReply] = []
        do throws(Flaw) {
            while let value = try next() {
                guard let reply = finish(value) else { continue }
                replies.append(reply)
                size = 0
            }
        } catch {
            flaw = error
            buffer = []
            if replies.isEmpty { throw error }
            return replies
        }
        // What is left came with these bytes, or nothing was read and nothing moves.
        if start > 0 {
            buffer.removeSubrange(..<start)
            searched -= start
            start = 0
        }
        return replies
    }

    /// A value that completes nothing yet is handed to the list that it belongs to.
    private enum Value {
        case one(RedisReply)
        /// The beginning of a list, or what was skipped.
        case nothing
    }

    /// The next value that is whole; nil: more bytes must come.
    private mutating func next() throws(Flaw) -> Value? {
        if let string { return try body(string.length, string.kind) }
        guard let line = try line() else { return nil }
        guard let kind = line.first else { throw Flaw("an empty line") }
        let rest = line.dropFirst()
        switch kind {
        case UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "("): return .one(.text(Array(rest)))
        case UInt8(ascii: "-"): return .one(.error(String(decoding: rest, as: UTF8.self)))
        case UInt8(ascii: ":"):
            guard let number = RedisReplies.number(rest) else { throw Flaw("an integer that is none") }
            return .one(.integer(number))
        case UInt8(ascii: "#"):
            if rest.elementsEqual("t".utf8) { return .one(.integer(1)) }
            if rest.elementsEqual("f".utf8) { return .one(.integer(0)) }
            throw Flaw("a boolean that is neither true nor false")
        case UInt8(ascii: "_"):
            if !rest.isEmpty { throw Flaw("a null with something in it") }
            return .one(.null)
        case UInt8(ascii: "$"), UInt8(ascii: "!"), UInt8(ascii: "="):
            // The null of RESP2.
            if kind == UInt8(ascii: "$"), rest.elementsEqual("-1".utf8) { return .one(.null) }
            let length = try count(rest, most: RedisReplies.longestString, of: "a string")
            try grow(by: length + 2)
            string = (length, kind)
            return try body(length, kind)
        case UInt8(ascii: "*"), UInt8(ascii: "~"), UInt8(ascii: "%"), UInt8(ascii: ">"), UInt8(ascii: "|"):
            if kind == UInt8(ascii: "*"), rest.elementsEqual("-1".utf8) { return .one(.null) }
            return try begin(kind, rest)
        default: throw Flaw("a line that begins with no sign of RESP3; is this a Redis?")
        }
    }

    /// The line that is whole, without its end.
    private mutating func line() throws(Flaw) -> ArraySlice<UInt8>? {
        guard let end = buffer[searched...].firstIndex(of: 10) else {
            searched = buffer.count
            if buffer.count - start > RedisReplies.longestLine + 1 { throw Flaw("a line of more than 64 KiB") }
            return nil
        }
        if end - start > RedisReplies.longestLine + 1 { throw Flaw("a line of more than 64 KiB") }
        guard end > start, buffer[end - 1] == 13 else { throw Flaw("a line without its whole end") }
        let line = buffer[start..<end - 1]
        if line.contains(13) { throw Flaw("a line with an end in its middle") }
        try grow(by: end + 1 - start)
        start = end + 1
        searched = start
        return line
    }

    private mutating func body(_ length: Int, _ kind: UInt8) throws(Flaw) -> Value? {
        if buffer.count - start < length + 2 { return nil }
        let bytes = buffer[start..<start + length]
        if buffer[start + length] != 13 || buffer[start + length + 1] != 10 {
            throw Flaw("a string that is longer than it says")
        }
        string = nil
        start += length + 2
        searched = start
        switch kind {
        case UInt8(ascii: "!"): return .one(.error(String(decoding: bytes, as: UTF8.self)))
        case UInt8(ascii: "="):
            // "txt:" or "mkd:".
            if bytes.count < 4 || bytes[bytes.startIndex + 3] != UInt8(ascii: ":") {
                throw Flaw("a verbatim string without its form")
            }
            return .one(.text(Array(bytes.dropFirst(4))))
        default: return .one(.text(Array(bytes)))
        }
    }

    private mutating func begin(_ kind: UInt8, _ rest: ArraySlice<UInt8>) throws(Flaw) -> Value {
        let isPairs = kind == UInt8(ascii: "%") || kind == UInt8(ascii: "|")
        let most = isPairs ? RedisReplies.mostElements / 2 : RedisReplies.mostElements
        let count = try count(rest, most: most, of: "a list") * (isPairs ? 2 : 1)
        if kind == UInt8(ascii: ">") {
            if !lists.isEmpty { throw Flaw("a push inside of a reply") }
            if count == 0 { throw Flaw("an empty push") }
        }
        if lists.count == RedisReplies.mostDepth { throw Flaw("lists in lists, more than 8 deep") }
        if count > 0 {
            lists.append(Unfinished(kind: kind, count: count))
            return .nothing
        }
        return kind == UInt8(ascii: "|") ? .nothing : .one(.list([]))
    }

    /// Puts a value where it belongs; the reply, if that makes it whole.
    private mutating func finish(_ value: Value) -> RedisReply? {
        guard case .one(var reply) = value else { return nil }
        while var list = lists.popLast() {
            list.items.append(reply)
            if list.items.count < list.count {
                lists.append(list)
                return nil
            }
            switch list.kind {
            // Attributes are about the value that comes after them, and nobody here wants them.
            case UInt8(ascii: "|"): return nil
            case UInt8(ascii: ">"): reply = .push(list.items)
            default: reply = .list(list.items)
            }
        }
        return reply
    }

    private mutating func grow(by count: Int) throws(Flaw) {
        size += count
        if size > RedisReplies.longestReply { throw Flaw("a reply of more than 2 MiB") }
    }

    private func count(_ digits: ArraySlice<UInt8>, most: Int, of what: String) throws(Flaw) -> Int {
        if digits.elementsEqual("?".utf8) { throw Flaw("\(what) in pieces, for which nobody asked") }
        guard digits.first.map({ (0x30...0x39).contains($0) }) == true, let count = RedisReplies.number(digits) else {
            throw Flaw("\(what) without a length")
        }
        if count > most { throw Flaw("\(what) of more than \(most)") }
        return count
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }
}

extension RedisReplies.Flaw {
    init(_ words: String) { description = words }
}
