/// What `core show settings` says of a running Asterisk (handle_show_settings() in asterisk.c).
public struct AsteriskSettings: Equatable, Sendable {
    private let values: [Substring: String]

    /// nil: it is the answer to something else.
    public init?(_ answer: String) {
        var values: [Substring: String] = [:]
        for line in ConsoleText.lines(answer) {
            guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let label = line[..<colon].drop { $0 == " " }
            let value = line[colon...].drop { $0 == ":" || $0 == " " }
            if values[label] == nil { values[label] = ConsoleText.trimmed(value) }
        }
        if values["Version"]?.isEmpty != false { return nil }
        self.values = values
    }

    private func value(_ label: Substring) -> String? {
        values[label].flatMap { $0.isEmpty ? nil : $0 }
    }

    public var version: String { value("Version") ?? "" }
    /// The language of channels that have none of their own.
    public var language: String { value("Default language") ?? "en" }
    /// What it has; what it asked for may stand behind that.
    public var mostOpenFiles: Int? {
        value("Maximum open file handles").flatMap { Int($0.prefix { $0.isASCII && $0.isNumber }) }
    }
    public var agiFolder: String? { value("AGI Scripts directory") }
    public var dataFolder: String? { value("Data directory") }
    public var processFile: String? { value("PID file") }
}

/// The answers of Asterisk's console as text.
enum ConsoleText {
    /// Without the commands to a terminal that a console in colour writes (ESC [ ... letter).
    static func lines(_ answer: String) -> [Substring] {
        var plain = String.UnicodeScalarView()
        var isCommand = false
        for scalar in answer.unicodeScalars {
            if isCommand {
                isCommand = !scalar.properties.isAlphabetic
            } else if scalar == "\u{1b}" {
                isCommand = true
            } else {
                plain.append(scalar == "\r" ? "\n" : scalar)
            }
        }
        return Substring(String(plain)).split(separator: "\n")
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
