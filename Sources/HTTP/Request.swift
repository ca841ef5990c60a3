/// An HTTP request as a value.
///
/// The room HTTP holds the words in which the pure rooms and Transport talk about requests: addresses, requests, answers
/// and failures. It does no I/O.
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
    /// For the whole request, including connecting.
    package var timeout: Duration
    /// The largest body to accept.
    package var limit: Int
    /// Set where a stranger named the host: no private address is connected to then.
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
