import Glibc
import TestService

/// What not every machine allows.
enum Need: String, Sendable {
    case root = "played by root only"
    case mounts = "played by root only, where it may mount"
    case nameServer = "played by root only, where it may mount and port 53 is free"
    case redis = "played where a Redis is to be had"

    /// Whether it is there.
    var isMet: Bool {
        switch self {
        case .root: geteuid() == 0
        case .mounts: mayMount
        case .redis: RedisServer.isThere
        case .nameServer: mayMount && (try? NameServer(.nothing)) != nil
        }
    }
}
