/// One JSON value (RFC 8259). Readers are lenient about numbers in strings and the spelling of names; writers are not.
///
/// The room JSON has a parser of its own, because Foundation's doubles the size of the program and its start-up time.
public enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The first of these members that is neither missing nor null.
    public subscript(names: String...) -> JSON? {
        guard case .object(let members) = self else { return nil }
        for name in names {
            if let value = members[name], value != .null { return value }
        }
        return nil
    }

    public var string: String? {
        switch self {
        case .string(let value): value
        case .integer(let value): String(value)
        case .number(let value): String(value)
        default: nil
        }
    }

    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .string(let value): Double(value).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }

    public var bool: Bool? {
        switch self {
        case .bool(let value): value
        case .string("true"), .integer(1): true
        case .string("false"), .integer(0): false
        default: nil
        }
    }

    public var array: [JSON]? {
        if case .array(let values) = self { values } else { nil }
    }

    public var object: [String: JSON]? {
        if case .object(let members) = self { members } else { nil }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}
