import Glibc
import TestService

/// What not every machine allows.
enum Need: String, Sendable {
    case root = "played by root only"
    case mounts = "played by root only, where it may mount"

    /// Whether it is there.
    var isMet: Bool {
        switch self {
        case .root: geteuid() == 0
        case .mounts: mayMount
        }
    }
}
