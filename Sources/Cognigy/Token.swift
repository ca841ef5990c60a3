import HTTP
import JSON

/// POST /api/v1/auth: client credentials in, bearer token out.
public enum Token {
    public static let path = "/api/v1/auth"

    public static func request(base: Location, clientID: String, clientSecret: String) -> Request {
        let body: JSON = [
            "grant_type": "client_credentials", "client_id": .string(clientID), "client_secret": .string(clientSecret),
        ]
        return Request(.post, base.appending(path), headers: [.json], body: body.serialized)
    }

    public struct Grant: Equatable, Sendable {
        public let token: String
        /// Seconds; an hour where the service does not say.
        public let expiresIn: Double
    }

    /// nil where the answer holds no token that could stand in a header.
    public static func grant(_ body: [UInt8]) -> Grant? {
        guard let json = try? JSON(parsing: body), let token = json["access_token", "accessToken"]?.string,
            !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let seconds = json["expires_in", "expiresIn"]?.number ?? 3600
        return Grant(token: token, expiresIn: seconds.isFinite && seconds > 0 ? min(seconds, 86_400 * 30) : 3600)
    }
}
