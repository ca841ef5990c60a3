import System

/// The table, a line as soon as it is known.
enum Report {
    static func section(_ title: String) { write("\n\(title)\n") }

    /// Figures of several programs, or of several cases.
    static func row(_ name: String, _ columns: [String]) {
        write("  " + padded(name, -46) + columns.map { padded($0, 22) }.joined() + "\n")
    }

    /// The median, and between what four fifths of the figures are.
    static func spread(_ figures: [Double]) -> String {
        if figures.isEmpty { return "" }
        let tenths = [figures.percentile(10), figures.percentile(90)].map { number($0, "") }
        return "\(number(figures.median, "")) (\(tenths[0]) to \(tenths[1]))"
    }

    static func number(_ value: Double, _ unit: String) -> String {
        text(value, unit, digits: value < 10 ? 2 : value < 100 ? 1 : 0)
    }

    /// A figure with its budget, which it is to stay at or below.
    static func figure(_ name: String, _ value: Double, _ unit: String, atMost budget: Double, python: Double? = nil) {
        line(
            name, text(value, unit),
            "≤ " + text(budget, unit, digits: budget < 10 && budget != budget.rounded() ? 2 : 0),
            value <= budget ? "OK" : "OVER",
            python.map { text($0, unit) } ?? "")
    }

    /// A figure that is to be at least so much.
    static func figure(_ name: String, _ value: Double, _ unit: String, atLeast budget: Double) {
        line(
            name, text(value, unit), "≥ " + text(budget, unit, digits: 0), value >= budget ? "OK" : "UNDER", "")
    }

    /// A figure beside others.
    static func figure(_ name: String, _ value: Double, _ unit: String, python: Double? = nil) {
        line(name, text(value, unit), "", "", python.map { text($0, unit) } ?? "")
    }

    /// What is being done now, for whoever watches.
    static func progress(_ what: String) {
        if Descriptor.isTerminal(2) { print("\r\u{1B}[K  \(what)", to: 2) }
    }

    private static func line(_ name: String, _ value: String, _ budget: String, _ verdict: String, _ python: String) {
        let columns = [(value, 14), (budget, 14), (verdict, 6), (python, 14)]
        write("  " + padded(name, -46) + columns.map { padded($0.0, $0.1) }.joined() + "\n")
    }

    private static func write(_ text: String) {
        if Descriptor.isTerminal(2) { print("\r\u{1B}[K", to: 2) }
        print(text, to: 1)
    }

    private static func print(_ text: String, to descriptor: CInt) {
        try? Descriptor.writeWhole(descriptor, text.utf8)
    }

    private static func text(_ value: Double, _ unit: String, digits: Int? = nil) -> String {
        let digits = digits ?? (unit.isEmpty ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0)
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        let rounded = (value * scale).rounded() / scale
        let number = digits == 0 ? "\(Int(rounded))" : "\(rounded)"
        return unit.isEmpty ? number : "\(number) \(unit)"
    }

    /// A negative width puts the text to the left.
    private static func padded(_ text: String, _ width: Int) -> String {
        let space = String(repeating: " ", count: max(abs(width) - text.count, 0))
        return width < 0 ? text + space : space + text
    }
}

extension [Double] {
    var median: Double { percentile(50) }

    /// The smallest that is not below so many of a hundred.
    func percentile(_ percent: Double) -> Double {
        let sorted = self.sorted()
        return sorted[Swift.max(Int((percent / 100 * Double(count)).rounded(.up)) - 1, 0)]
    }
}
