import System
import Text

/// Says what is wrong in the configuration, where, and what to do about it. It is always one line and never shows a
/// secret.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ place: String, _ problem: String, _ remedy: String) { description = "\(place): \(problem); \(remedy)" }
}

/// The place of a setting.
struct Origin: Sendable, Equatable {
    let place: String
    /// The place as another message names it.
    let short: String

    static func file(_ name: String, line: Int, section: String, key: String) -> Origin {
        Origin(place: "\(name):\(line): [\(section)] \(key.printable)", short: "line \(line)")
    }

    static func environment(_ variable: String) -> Origin {
        Origin(place: "environment \(variable.printable)", short: variable.printable)
    }

    static func argument(_ name: String) -> Origin {
        Origin(place: "argument \(name.printable)", short: "argument \(name.printable)")
    }

    func error(_ problem: String, _ remedy: String) -> ConfigurationError { ConfigurationError(place, problem, remedy) }
}

extension String {
    /// Any name, in a form that fits into a message of one line.
    var printable: String {
        let head = unicodeScalars.prefix(40).map { $0.isControlOrLineBreak ? "?" : Character($0) }
        return String(head) + (unicodeScalars.count > 40 ? "..." : "")
    }
}
