/// What Redis says.
public indirect enum RedisReply: Equatable, Sendable {
    case null
    /// A string of any kind; also a double and a big number, as they were written.
    case text([UInt8])
    /// Also a boolean: 0 or 1.
    case integer(Int)
    case error(String)
    /// An array or a set; or a map: key, value, key, value.
    case list([RedisReply])
    /// What comes unasked.
    case push([RedisReply])
}

extension RedisReply {
    /// The text as it may be shown; nil where it is none.
    public var string: String? {
        if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    public var text: [UInt8]? { if case .text(let bytes) = self { bytes } else { nil } }
    public var integer: Int? { if case .integer(let number) = self { number } else { nil } }
    public var list: [RedisReply]? { if case .list(let replies) = self { replies } else { nil } }
    /// Whether it answers what was asked.
    public var isAnswer: Bool { if case .error = self { false } else { true } }

    /// The value of a key, where this is a map.
    public subscript(key: String) -> RedisReply? {
        guard case .list(let items) = self else { return nil }
        let keys = stride(from: 0, to: items.count - 1, by: 2)
        return keys.first { items[$0].string?.utf8.elementsEqual(key.utf8) == true }.map { items[$0 + 1] }
    }

    /// The first word of an error, which says what kind it is: capital letters. Nothing else of it is fit to be shown.
    public var errorCode: String? {
        guard case .error(let words) = self else { return nil }
        let code = words.utf8.prefix { (0x41...0x5A).contains($0) }
        return (1...32).contains(code.count) ? String(decoding: code, as: UTF8.self) : "ERR"
    }
}
