import Text

/// Numbers, times and names as people read them.
enum Words {
    /// A name out of a line: nothing that commands a terminal, and not too long.
    static func name(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "-" }
        return harmless(text, most: 40)
    }

    /// Text of anybody's for a terminal.
    static func harmless(_ text: String, most: Int) -> String {
        let scalars = text.unicodeScalars.prefix(most + 1).map { scalar -> Unicode.Scalar in
            scalar.isUnseen ? "?" : scalar
        }
        let isLonger = scalars.count > most
        return String(String.UnicodeScalarView(scalars.prefix(isLonger ? most - 1 : most))) + (isLonger ? "…" : "")
    }

    /// 1,234,567
    static func count(_ number: Int) -> String {
        let digits = Array(String(number))
        return String(
            digits.enumerated().flatMap { index, digit -> [Character] in
                let left = digits.count - index
                return index > 0 && left % 3 == 0 ? [",", digit] : [digit]
            })
    }

    /// "1 call", "2 calls".
    static func count(_ number: Int, _ noun: String) -> String { "\(count(number)) \(noun)\(number == 1 ? "" : "s")" }

    /// One digit behind the point.
    static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// 0.4 ms, 85 ms, 1.9 s, 2 min 5 s, 3 h 10 min.
    static func time(_ milliseconds: Double) -> String {
        switch milliseconds {
        case ..<9.95: return "\(tenths(milliseconds)) ms"
        case ..<999.5: return "\(Int(milliseconds.rounded())) ms"
        case ..<59_950: return "\(tenths(milliseconds / 1000)) s"
        default:
            let seconds = Int((milliseconds / 1000).rounded())
            return seconds < 3600
                ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        }
    }

    /// Seconds in few letters: .25, 1, 1.5, 10.
    static func short(_ milliseconds: Double) -> String {
        let hundredths = Int((milliseconds / 10).rounded())
        let whole = hundredths < 100 ? "" : String(hundredths / 100)
        switch (hundredths / 10 % 10, hundredths % 10) {
        case (0, 0): return String(hundredths / 100)
        case (let tenths, 0): return "\(whole).\(tenths)"
        case (let tenths, let rest): return "\(whole).\(tenths)\(rest)"
        }
    }

    static func percent(_ part: Int, of whole: Int) -> String {
        "\(tenths(whole == 0 ? 0 : Double(part) * 100 / Double(whole))) %"
    }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    /// 2026-01-31 12:00
    static func minute(_ time: Double) -> String {
        let text = Timestamp.text(time)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    /// A share as people say it, from an eighth up.
    static func share(_ share: Double) -> String {
        let names: [(Double, String)] = [
            (0.25, "a quarter"), (1 / 3, "a third"), (0.5, "half"), (2 / 3, "two thirds"), (0.75, "three quarters"),
        ]
        if share > 0.85 { return "nearly all" }
        return names.min { abs($0.0 - share) < abs($1.0 - share) }?.1 ?? ""
    }

    static func name(of step: MetricsField) -> String {
        switch step {
        case .token: "token"
        case .sessionTime: "session"
        case .socket: "socket"
        case .setup: "ready"
        case .firstSound: "first sound"
        case .endOfTurn: "end of turn"
        case .recognition: "recognition"
        case .dialog: "flow"
        case .synthesis: "voice"
        default: step.rawValue
        }
    }
}
