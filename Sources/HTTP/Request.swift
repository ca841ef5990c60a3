/// What a conversation with a service asks of whoever carries it. No I/O lives here.
public struct Request: Equatable, Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
    }

    public var method: Method
    public var location: Location
    public var headers: [Header]
    public var body: [UInt8]?
    /// Over the whole request, connecting included.
    public var timeout: Duration
    /// The largest body to accept.
    public var limit: Int
    /// A place that a stranger named: no private address is connected to.
    public var publicAddressesOnly: Bool

    public init(
        _ method: Method, _ location: Location, headers: [Header] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(10), limit: Int = 1 << 20, publicAddressesOnly: Bool = false
    ) {
        self.method = method
        self.location = location
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.limit = limit
        self.publicAddressesOnly = publicAddressesOnly
    }
}

public struct Header: Equatable, Sendable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    public static let json = Header("Content-Type", "application/json")
    public static let form = Header("Content-Type", "application/x-www-form-urlencoded")
    public static func bearer(_ token: String) -> Header { Header("Authorization", "Bearer \(token)") }
    public static func apiKey(_ key: String) -> Header { Header("Authorization", "ApiKey \(key)") }
}
