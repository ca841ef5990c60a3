import HTTP

/// GET /api/v1/flows: lists the flows that an API client reaches, without starting one.
public enum Flows {
    public static let path = "/api/v1/flows"

    public static func request(base: Location, token: String) -> Request {
        Request(.get, base.appending(path), headers: [.bearer(token)])
    }

    public static func ids(_ body: [UInt8]) throws(ReplyRefusal) -> Set<String> { try Listing.ids(body, of: "flows") }
}
