import Glibc
import System

/// What not every machine allows.
enum Need: String, Sendable {
    case root = "played by root only"
    case mounts = "played by root only, where it may mount"

    /// Whether it is there.
    var isMet: Bool {
        switch self {
        case .root: geteuid() == 0
        case .mounts: Self.mayMount
        }
    }

    private static let mayMount: Bool = {
        var trial = try? Subprocess(["unshare", "--mount", "mount", "--bind", "/etc", "/etc"])
        return trial?.wait() == .code(0)
    }()
}
