import HTTP
import JSON

/// Client credentials in, bearer token out.
public enum Token {
    /// The three documents of the service ask for it in three ways.
    public enum Style: Sendable {
        case call
        case handoff
        case bargeIn

        public var path: String { self == .call ? "/api/v1/auth" : "/api/v1/auth/login" }

        func body(_ id: String, _ secret: String) -> JSON {
            switch self {
            case .call, .handoff:
                ["grant_type": "client_credentials", "client_id": .string(id), "client_secret": .string(secret)]
            case .bargeIn: ["clientId": .string(id), "clientSecret": .string(secret)]
            }
        }
    }

    public static let path = Style.call.path

    public static func request(
        base: Location, clientID: String, clientSecret: String, style: Style = .call
    ) -> Request {
        let body = style.body(clientID, clientSecret)
        return Request(.post, base.appending(style.path), headers: [.json], body: body.serialized)
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
