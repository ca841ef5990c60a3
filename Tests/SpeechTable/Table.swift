import Hearing

/// The words of the lines.
enum Table {
    static let speechHeading =
        "                               miss% | false/min | merged% | lost% | onset p50  p95 | end p50  p95"
        + " | cut-offs% (false) | clip ms     %"

    static func row(_ name: String, _ ear: String, _ score: Score) -> String {
        [
            pad(name, 19) + pad(ear, 10) + fixed(score.missedShare, 7), fixed(score.falseStartsAMinute, 9, 2),
            fixed(score.mergedShare, 7), fixed(score.lostShare, 5),
            whole(score.onsets.quantile(0.5), 9) + whole(score.onsets.quantile(0.95), 5),
            whole(score.ends.quantile(0.5), 7) + whole(score.ends.quantile(0.95), 5),
            fixed(score.cutShare, 9) + " (" + fixed(score.falseCutShare, 5) + ")",
            fixed(score.meanClip, 7) + fixed(score.clipped, 6),
        ].joined(separator: " | ")
    }

    static let echoHeading =
        "                      no caller: stopped, 1st / later | caller: false, 1st / later |          true |"
        + "        missed | latency p50  p95"

    static func row(_ name: String, _ score: EchoScore) -> String {
        [
            pad(name, 21) + pair(score.first.stopped, score.first.quiet, score.later.stopped, score.later.quiet, 32),
            pair(score.first.early, score.first.spoken, score.later.early, score.later.spoken, 26),
            pair(score.first.right, score.first.spoken, score.later.right, score.later.spoken, 13),
            pair(score.first.missed, score.first.spoken, score.later.missed, score.later.spoken, 13),
            whole(score.latencies.quantile(0.5), 11) + whole(score.latencies.quantile(0.95), 5),
        ].joined(separator: " | ")
    }

    static let coughHeading = "                           coughs | held% | given up% | goes on after p50  p95 worst"

    static func row(_ name: String, _ score: CoughScore) -> String {
        [
            pad(name, 26) + left("\(score.coughs)", 7), fixed(score.heldShare, 5), fixed(score.givenUpShare, 9),
            whole(score.pauses.quantile(0.5), 17) + whole(score.pauses.quantile(0.95), 5)
                + whole(score.pauses.max(), 6),
        ].joined(separator: " | ")
    }

    private static func pair(_ one: Int, _ ofOne: Int, _ other: Int, _ ofOther: Int, _ width: Int) -> String {
        let text = [(one, ofOne), (other, ofOther)].map { count, all in
            all == 0 ? "-" : fixed(100 * Double(count) / Double(all), 5)
        }.joined(separator: " / ")
        return left(text, width)
    }

    static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    static func left(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    static func fixed(_ value: Double, _ width: Int, _ digits: Int = 1) -> String {
        let scale = digits == 1 ? 10 : 100
        let whole = Int((value * Double(scale)).rounded())
        let rest = String(whole % scale + scale).dropFirst()
        return left("\(whole / scale).\(rest)", width)
    }

    static func whole(_ value: Int?, _ width: Int) -> String { left(value.map(String.init) ?? "-", width) }
}
