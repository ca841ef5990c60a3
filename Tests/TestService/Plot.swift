/// A picture of measures, one below the other, over the same thing: SVG, readable on light and dark pages.
package enum Plot {
    private static let (width, height, left) = (720.0, 110.0, 60.0)

    /// `caption`: what the picture goes over, from left to right.
    package static func svg(_ measures: [Measure], caption: String) -> String {
        let total = height * Double(measures.count) + 40
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(Int(width)) \#(Int(total))" font-family="sans-serif" font-size="12">"#,
            "<style>text{fill:#333}path{fill:none;stroke:#06c;stroke-width:1.5}line{stroke:#999}"
                + "@media(prefers-color-scheme:dark){text{fill:#ddd}path{stroke:#6af}}</style>",
        ]
        for (index, measure) in measures.enumerated() { lines += panel(measure, top: Double(index) * height) }
        lines.append(#"<text x="\#(left)" y="\#(total - 12)">\#(caption)</text>"#)
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// From nothing to a quarter above the largest value.
    private static func panel(_ measure: Measure, top: Double) -> [String] {
        let most = max(measure.values.max() ?? 0, 0.001) * 1.25
        let bottom = top + height - 14
        let points = measure.values.enumerated().map { index, value in
            let x = left + (width - left - 10) * Double(index) / Double(max(1, measure.values.count - 1))
            return "\(rounded(x)) \(rounded(bottom - (height - 34) * value / most))"
        }
        let ends = measure.ends
        return [
            #"<text x="\#(left)" y="\#(top + 14)">\#(measure.name): \#(rounded(ends.first)), at the end \#(rounded(ends.last)) \#(measure.unit)</text>"#,
            #"<line x1="\#(left)" y1="\#(bottom)" x2="\#(width - 10)" y2="\#(bottom)"/>"#,
            #"<text x="\#(left - 6)" y="\#(bottom)" text-anchor="end">0</text>"#,
            #"<text x="\#(left - 6)" y="\#(top + 24)" text-anchor="end">\#(rounded(most))</text>"#,
            #"<path d="M \#(points.joined(separator: " L "))"/>"#,
        ]
    }

    package static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
