import JSON

/// How findings are shown.
extension Finding {
    /// A line with a mark, the time, the name and the words, and a second one with what to do next.
    public func lines(isColoured: Bool) -> String {
        let milliseconds = String(self.milliseconds)
        let time = String(repeating: " ", count: max(0, 6 - milliseconds.utf8.count)) + "\(milliseconds) ms"
        let (mark, colour) = sign
        let shown = isColoured ? "\u{1b}[\(colour)m\(mark)\u{1b}[0m" : mark
        let next = remedy.map { "\n\(String(repeating: " ", count: 15))next: \(Self.cut($0))" } ?? ""
        return "\(shown)\(time)  \(name): \(Self.cut(text))\(next)"
    }

    /// What a terminal shows while a step runs.
    public static func lineWhileTrying(_ name: String) -> String { "...             \(name)" }

    private var sign: (mark: String, colour: String) {
        switch outcome {
        case .ok: ("ok  ", "32")
        case .warning: ("warn", "33")
        case .bad: ("BAD ", "1;31")
        case .skipped: ("--  ", "2")
        }
    }

    /// In scalars. A flow or a service may say more.
    static let longest = 2000

    private static func cut(_ text: String) -> String {
        let scalars = text.unicodeScalars
        return scalars.count > longest ? String(scalars.prefix(longest)) + "..." : text
    }

    private var milliseconds: Int { Int(time / .milliseconds(1)) }

    /// For programs: one object.
    public var json: JSON {
        var members: [String: JSON] = [
            "name": .string(name), "ms": .integer(milliseconds), "text": .string(Self.cut(text)),
            "remedy": remedy.map { .string(Self.cut($0)) } ?? .null,
        ]
        switch outcome {
        case .ok: members["outcome"] = "ok"
        case .warning: members["outcome"] = "warning"
        case .skipped: members["outcome"] = "skipped"
        case .bad(let fault):
            members["outcome"] = "bad"
            members["fault"] = .string(fault.rawValue)
        }
        return .object(members)
    }
}
