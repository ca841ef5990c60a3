import JSON

/// Why a reply cannot be used. The words never show its content.
public enum ReplyRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    case notJSON
    case tooLarge
    case tooDeep
    case notAnObject
    case missing(String)
    case wrongType(String)

    public var description: String {
        switch self {
        case .notJSON: "the reply is not JSON"
        case .tooLarge: "the reply is larger than 1 MiB"
        case .tooDeep: "the reply is nested deeper than \(JSON.deepestNesting) levels"
        case .notAnObject: "the reply is not a JSON object"
        case .missing(let name): "the reply holds no \(name)"
        case .wrongType(let name): "\(name) in the reply has the wrong type"
        }
    }

    /// The object that a reply is.
    static func object(_ body: [UInt8]) throws(ReplyRefusal) -> JSON {
        let json = try value(body)
        if json.object == nil { throw .notAnObject }
        return json
    }

    static func value(_ body: [UInt8]) throws(ReplyRefusal) -> JSON {
        do throws(JSON.Refusal) { return try JSON(parsing: body) } catch {
            switch error {
            case .tooLarge: throw .tooLarge
            case .tooDeep: throw .tooDeep
            case .malformed, .repeated: throw .notJSON
            }
        }
    }
}
