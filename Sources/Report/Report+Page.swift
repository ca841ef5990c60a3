import Text

/// The report as a page of its own: it loads nothing, runs no script, and can be sent by mail.
extension Report {
    /// `now`: when it is made.
    public func page(madeAt now: Double) -> String {
        let time = begin <= end ? "\(Words.minute(begin)) to \(Words.minute(end)) UTC" : "no lines"
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Calls, \(time)</title>
            <style>
            \(PageStyle.text)</style>
            </head>
            <body>
            <header><h1>Calls to the flow</h1><p>\(time)</p></header>
            <main>
            \(meaning)\(cards)\(overTime)\(endingsTable)\(setUpTable)\(section(spoken, "Turns by voice"))\(
                section(keyed, "Turns by keys"))</main>
            <footer><p>\(remarks.map { HTML.escaped($0) }.joined(separator: "</p><p>"))</p><p>Made by cognigy-bridge report, \(
                Words.minute(now)) UTC.</p></footer>
            </body>
            </html>

            """
    }

    private var meaning: String {
        let items = verdicts.map { "<li class=\"\($0.weight)\">\(HTML.escaped($0.sentence))</li>\n" }
        return "<section class=\"meaning\"><h2>What it means</h2><ul>\n\(items.joined())</ul></section>\n"
    }

    private var cards: String {
        var cards = [("calls", Words.count(calls))]
        if calls > 0 {
            cards.append(("lost to service or machine", Words.percent(bad, of: calls)))
            cards.append(("at once at most, \(Words.minute(atOnce.time))", Words.count(atOnce.most)))
            cards.append(("median length", length.percentile(0.5).map(Words.time) ?? "-"))
        }
        if let busiestHour {
            cards.append(
                (
                    "in the busiest hour, \(Words.minute(Double(busiestHour.hour) * 3600))",
                    Words.count(busiestHour.calls)
                ))
        }
        cards.append(("turns", Words.count(spoken.count + keyed.count)))
        let items = cards.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" }
        return "<section><dl class=\"cards\">\n\(items.joined())</dl></section>\n"
    }

    /// Hours in a column each, or so many together that there are a hundred columns at most.
    private var overTime: String {
        guard let first = hours.keys.min(), let last = hours.keys.max(), last > first else { return "" }
        let widths = [(1, "hour"), (3, "3 hours"), (6, "6 hours"), (24, "day"), (168, "week"), (672, "4 weeks")]
        let (width, name) =
            widths.first { (last / $0.0 - first / $0.0) < 100 }
            ?? ((last - first) / 100 + 1, "\((last - first) / 2400 + 1) days")
        var sums = [Hour](repeating: Hour(), count: last / width - first / width + 1)
        for (hour, count) in hours {
            sums[hour / width - first / width].calls += count.calls
            sums[hour / width - first / width].bad += count.bad
        }
        let columns = sums.enumerated().map { index, sum in
            let time = Words.minute(Double((first / width + index) * width) * 3600)
            return Chart.Column(
                title: "\(time): \(Words.count(sum.calls, "call")), \(Words.count(sum.bad)) lost",
                parts: [sum.bad, sum.calls - sum.bad])
        }
        let most = sums.map(\.calls).max() ?? 0
        let ends = [first / width * width, last / width * width].map { Words.minute(Double($0) * 3600) }
        return """
            <section><h2>Calls in each \(name)</h2>
            <p class="scale">\(Words.count(most)) at most; <span class="key bad"></span> lost to the service or this machine</p>
            \(Chart.columns(columns, classes: ["bad", "a"], label: "Calls in each \(name), \(most) at most"))
            <p class="axis"><span>\(ends[0])</span><span>\(ends[1])</span></p></section>

            """
    }

    private var endingsTable: String {
        if calls == 0 { return "" }
        let most = Double(outcomes.sorted.first?.count ?? 1)
        let rows = outcomes.sorted.map { outcome, count in
            "<tr><th scope=\"row\">\(HTML.escaped(outcome.status)) <span>\(HTML.escaped(outcome.reason))</span></th>"
                + "<td>\(Words.count(count))</td><td>\(Words.percent(count, of: calls))</td><td class=\"wide\">"
                + "\(Chart.bar([(Double(count) / most, outcome.isBad ? "bad" : "a")]))</td></tr>\n"
        }
        let others =
            outcomes.others > 0
            ? "<tr><th scope=\"row\">others</th><td>\(Words.count(outcomes.others))</td></tr>\n" : ""
        return "<section><h2>How calls ended</h2><table>\n\(rows.joined())\(others)</table></section>\n"
    }

    private var setUpTable: String {
        steps.isEmpty ? "" : "<section><h2>Set-up, from the start of a call</h2>\(table(Self.setUp, steps))</section>\n"
    }

    private func table(_ fields: [MetricsField], _ times: [MetricsField: Histogram]) -> String {
        let most = fields.compactMap { times[$0]?.percentile(0.99) }.max() ?? 0
        let rows = fields.compactMap { field -> String? in
            guard let time = times[field], let p50 = time.percentile(0.5), let p90 = time.percentile(0.9),
                let p99 = time.percentile(0.99)
            else { return nil }
            let whole = max(most, 0.1)
            return
                "<tr><th scope=\"row\">\(Words.name(of: field))</th><td>\(Words.time(p50))</td><td>\(Words.time(p90))</td>"
                + "<td>\(Words.time(p99))</td><td class=\"wide\">\(Chart.range(p50 / whole, p90 / whole, p99 / whole))</td></tr>\n"
        }
        return
            "<table><tr><th></th><th scope=\"col\">p50</th><th scope=\"col\">p90</th><th scope=\"col\">p99</th><th></th></tr>\n"
            + "\(rows.joined())</table><p class=\"scale\">The bars: to the median, to the 90th percentile, to the 99th.</p>"
    }

    private func section(_ turns: Turns, _ title: String) -> String {
        if turns.count == 0 { return "" }
        return "<section><h2>\(title): \(Words.count(turns.count))</h2>\(table(Self.turnTimes, turns.times))\n"
            + "\(parts(turns))\(distribution(turns))</section>\n"
    }

    private static let colours: [Turns.Part: String] = [.silence: "d", .recognition: "b", .flow: "a", .sound: "c"]

    private func parts(_ turns: Turns) -> String {
        let shares = turns.shares.filter { $0.share >= 0.005 }
        if shares.isEmpty { return "" }
        let bars = shares.map { ($0.share, Self.colours[$0.part] ?? "a") }
        let items = shares.map { part, share in
            "<li><span class=\"key \(Self.colours[part] ?? "a")\"></span> \(part.words): \(Words.percent(share)), "
                + "\(Words.time(turns.mean(part)))</li>\n"
        }
        return "<h3>Of what the wait for an answer is made, on average</h3>"
            + "\(Chart.bar(bars, label: "The parts of the wait, which are listed below"))<ul class=\"legend\">\n\(items.joined())</ul>\n"
    }

    /// In milliseconds: where the columns end.
    private static let waits = [250.0, 500, 750, 1000, 1500, 2000, 3000, 4000, 6000, 10_000]

    private func distribution(_ turns: Turns) -> String {
        guard let heard = turns.times[.firstSound] else { return "" }
        let counts = heard.distribution(Self.waits)
        let columns = counts.enumerated().map { index, count in
            let range =
                index < Self.waits.count
                ? "up to \(Words.time(Self.waits[index]))" : "more than \(Words.time(Self.waits[index - 1]))"
            return Chart.Column(title: "\(range): \(Words.count(count, "turn"))", parts: [count])
        }
        let labels = Self.waits.map { "<span>\(Words.short($0))</span>" } + ["<span>+</span>"]
        return "<h3>How long callers waited for an answer, in seconds</h3>"
            + "\(Chart.columns(columns, classes: ["a"], label: "How many turns waited how long"))"
            + "<p class=\"axis ends\">\(labels.joined())</p>\n"
    }
}
