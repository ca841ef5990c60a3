/// Pictures of numbers in SVG. They hold no text but their titles, so that they stretch with the page while its letters keep
/// their size.
enum Chart {
    /// One column: what a pointer on it says, and its parts from the bottom up.
    struct Column {
        let title: String
        let parts: [Int]
    }

    /// Columns beside each other. `classes`: the colour of each part.
    static func columns(_ columns: [Column], classes: [String], label: String) -> String {
        let most = max(columns.map { $0.parts.reduce(0, +) }.max() ?? 0, 1)
        let bars = columns.enumerated().map { index, column in
            var top = 100.0
            let parts = zip(column.parts, classes).filter { $0.0 > 0 }.map { count, colour in
                // What there is can be seen, however little it is.
                let height = max(Double(count) * 100 / Double(most), 1)
                top -= height
                return
                    "<rect class=\"\(colour)\" x=\"\(index * 10 + 1)\" y=\"\(number(max(top, 0)))\" width=\"8\" height=\"\(number(height))\"/>"
            }
            // The whole height answers to a pointer.
            return "<g><title>\(HTML.escaped(column.title))</title>"
                + "<rect class=\"back\" x=\"\(index * 10)\" y=\"0\" width=\"10\" height=\"100\"/>\(parts.joined())</g>"
        }
        return
            "<svg class=\"columns\" role=\"img\" aria-label=\"\(HTML.escaped(label))\" preserveAspectRatio=\"none\" "
            + "viewBox=\"0 0 \(max(columns.count, 1) * 10) 100\">\(bars.joined())</svg>"
    }

    /// A bar out of several parts, each with its share of the whole.
    static func bar(_ parts: [(share: Double, colour: String)], label: String = "") -> String {
        var left = 0.0
        let rects = parts.map { share, colour in
            defer { left += share * 100 }
            return
                "<rect class=\"\(colour)\" x=\"\(number(left))%\" y=\"0\" width=\"\(number(share * 100))%\" height=\"100%\"/>"
        }
        let name = label.isEmpty ? "aria-hidden=\"true\"" : "role=\"img\" aria-label=\"\(HTML.escaped(label))\""
        return "<svg class=\"bar\" \(name)>\(rects.joined())</svg>"
    }

    /// From the median to the slowest: thick until the 90th percentile, thin until the 99th. Shares of the whole width.
    static func range(_ median: Double, _ p90: Double, _ p99: Double) -> String {
        func rect(_ from: Double, _ to: Double, _ top: Int, _ height: Int, _ colour: String) -> String {
            "<rect class=\"\(colour)\" x=\"\(number(from * 100))%\" y=\"\(top)%\" width=\"\(number(max(to - from, 0.004) * 100))%\" "
                + "height=\"\(height)%\"/>"
        }
        return "<svg class=\"bar\" aria-hidden=\"true\">\(rect(0, median, 10, 80, "a"))"
            + "\(rect(median, p90, 30, 40, "a"))\(rect(p90, p99, 44, 12, "a"))</svg>"
    }

    private static func number(_ value: Double) -> String { Words.tenths(value) }
}

/// Text in a page.
enum HTML {
    /// Nothing of it is markup, in an element as well as in an attribute.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in Words.harmless(text, most: 2000).unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
