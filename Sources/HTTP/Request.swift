/// An HTTP request as a value.
///
/// The room HTTP holds the words in which the pure rooms and Transport talk about requests: addresses, requests, answers
/// and failures. It does no I/O.
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
    /// For the whole request, including connecting.
    public var timeout: Duration
    /// The largest body to accept.
    public var limit: Int
    /// Set where a stranger named the host: no private address is connected to then.
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
