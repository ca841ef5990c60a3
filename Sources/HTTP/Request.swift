/// What a conversation with a service asks of whoever carries it. No I/O lives here.
package struct Request: Equatable, Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
    }

    package var method: Method
    package var location: Location
    package var headers: [Header]
    package var body: [UInt8]?
    /// Over the whole request, connecting included.
    package var timeout: Duration
    /// The largest body to accept.
    package var limit: Int
    /// A place that a stranger named: no private address is connected to.
    package var publicAddressesOnly: Bool

    package init(
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

package struct Header: Equatable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    package static let json = Header("Content-Type", "application/json")
    package static let form = Header("Content-Type", "application/x-www-form-urlencoded")
    package static func bearer(_ token: String) -> Header { Header("Authorization", "Bearer \(token)") }
    package static func apiKey(_ key: String) -> Header { Header("Authorization", "ApiKey \(key)") }
}
