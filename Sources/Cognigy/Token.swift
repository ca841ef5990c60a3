import HTTP
import JSON

/// The request for an access token: client credentials go in, a bearer token comes out.
public enum Token {
    /// The four documents of the service want four different requests.
    public enum Style: Sendable {
        case call
        case handoff
        case bargeIn
        case assist

        public var path: String {
            switch self {
            case .call: "/api/v1/auth"
            case .handoff, .bargeIn: "/api/v1/auth/login"
            case .assist: "/api/v1/oauth/token"
            }
        }

        var contentType: Header { self == .assist ? .form : .json }

        func body(_ id: String, _ secret: String) -> [UInt8] {
            switch self {
            case .call, .handoff:
                let body: JSON = [
                    "grant_type": "client_credentials", "client_id": .string(id), "client_secret": .string(secret),
                ]
                return body.serialized
            case .bargeIn:
                let body: JSON = ["clientId": .string(id), "clientSecret": .string(secret)]
                return body.serialized
            case .assist:
                return Form.encoded([
                    ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret),
                    ("scope", Assist.scope),
                ])
            }
        }
    }

    public static let path = Style.call.path
    /// The words for the operator where the service refuses the credentials or the token that they gave.
    public static let refused = "client_id and the secret, or the token that they gave, are refused"

    public static func request(
        base: Location, clientID: String, clientSecret: String, style: Style = .call
    ) -> Request {
        Request(
            .post, base.appending(style.path), headers: [style.contentType], body: style.body(clientID, clientSecret))
    }

    public struct Grant: Equatable, Sendable {
        public let token: String
        /// In seconds. An hour where the service does not say.
        public let expiresIn: Double
    }

    /// nil where the answer holds no token that may stand in a header.
    public static func grant(_ body: [UInt8]) -> Grant? {
        guard let json = try? JSON(parsing: body), let token = json["access_token", "accessToken"]?.string,
            !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        let seconds = json["expires_in", "expiresIn"]?.number ?? 3600
        return Grant(token: token, expiresIn: seconds.isFinite && seconds > 0 ? min(seconds, 86_400 * 30) : 3600)
    }
}
