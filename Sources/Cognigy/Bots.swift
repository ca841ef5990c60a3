import HTTP

/// GET /api/v2/bots: finds out whether the API key is good without touching a dialog.
public enum Bots {
    public static let path = "/api/v2/bots"

    public static func request(base: Location, key: String) -> Request {
        Request(.get, base.appending(path), headers: [.apiKey(key)])
    }

    public static func ids(_ body: [UInt8]) throws(ReplyRefusal) -> Set<String> { try Listing.ids(body, of: "bots") }

    /// What a refused API key lacks, for every request that carries one.
    public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case unknownKey
        case missingPermission

        /// Nil for a status that says nothing about the key.
        public init?(status: Int) {
            switch status {
            case 401: self = .unknownKey
            case 403: self = .missingPermission
            default: return nil
            }
        }

        public var description: String {
            switch self {
            case .unknownKey: "HTTP 401: the API key is not valid, or lacks the permission dialog:execute"
            case .missingPermission: "HTTP 403: the API key lacks the permission dialog:execute"
            }
        }
    }
}
