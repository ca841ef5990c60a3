import System
import Text

/// Says what is wrong in the configuration, where, and what to do about it. It is always one line and never shows a
/// secret.
public struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    public let description: String

    init(_ place: String, _ problem: String, _ remedy: String) { description = "\(place): \(problem); \(remedy)" }
}

/// The place of a setting. It is put into words only where something is wrong there.
enum Origin: Sendable, Equatable {
    case file(_ name: String, line: Int, section: String, key: String)
    case environment(String)
    case argument(String)

    private var place: String {
        switch self {
        case .file(let name, let line, let section, let key): "\(name):\(line): [\(section)] \(key.printable)"
        case .environment(let variable): "environment \(variable.printable)"
        case .argument(let name): "argument \(name.printable)"
        }
    }

    /// The place as another message names it.
    var short: String {
        switch self {
        case .file(_, let line, _, _): "line \(line)"
        case .environment(let variable): variable.printable
        case .argument: place
        }
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
