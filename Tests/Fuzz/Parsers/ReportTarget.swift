import JSON
import Report
import Text

extension Target {
    /// A file of metrics: whatever its lines say, neither a terminal nor a browser is commanded.
    static let report = Target(name: "report") { bytes in
        var report = Report()
        var story = CallStory(of: "1.1")
        var cutter = LineCutter()
        let take = { (line: ArraySlice<UInt8>?) in
            report.take(line) { "a file" }
            story.take(line)
        }
        // In two pieces, as they may be read.
        cutter.cut(Array(bytes.prefix(bytes.count / 2)), take)
        cutter.cut(Array(bytes.dropFirst(bytes.count / 2)), take)
        cutter.finish(take)
        report.finish()
        // What is shown takes many times as long as a file, so few files are shown.
        guard bytes.count % 16 == 0 else { return }
        for text in [report.text, story.text] {
            demand(
                !text.unicodeScalars.contains { $0.isControlOrLineBreak && $0 != "\n" },
                "nothing in a report commands a terminal")
        }
        let page = Array(report.page(madeAt: 1_764_000_000).utf8)
        demand(!page.holds(Array("<script".utf8)), "no line brings a script into the page")
        demand(page.holds(Array("</html>\n".utf8)), "the page has an end")
        demand((try? JSON(parsing: report.json.serialized)) != nil, "what programs read is JSON")
        demand(
            (try? JSON(parsing: story.json.serialized)) != nil || story.json.serialized.count > 1 << 20, "so is a call")
    }
}
