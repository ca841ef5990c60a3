/// A sentence about what the numbers mean, and what to do.
struct Verdict: Equatable, Sendable {
    enum Weight: Sendable { case good, note, bad }

    let weight: Weight
    let sentence: String
}

extension Report {
    /// Who answers faster is not felt to be slow.
    private static let longWait = 2000.0
    /// After so long a caller wonders whether anybody is there.
    private static let longSetUp = 4000.0
    /// With fewer of them a percentile is chance.
    private static let fewest = 20

    /// What matters most comes first.
    var verdicts: [Verdict] {
        if calls == 0 && spoken.count + keyed.count == 0 {
            return [Verdict(weight: .note, sentence: "There is no call and no turn in these lines.")]
        }
        let all = [ends, setUpIsSlow, wait(spoken, "say something"), wait(keyed, "press keys")]
        let found = all.compactMap(\.self) + traffic
        return found.filter { $0.weight == .bad } + found.filter { $0.weight != .bad } + [fewness].compactMap(\.self)
    }

    private var ends: Verdict? {
        if calls == 0 { return nil }
        // The breaker follows what failed before it.
        let breaker = errors.first { $0.name.reason == "circuit_open" }
        guard let worst = errors.first(where: { $0.name != breaker?.name }) ?? breaker else {
            return Verdict(weight: .good, sentence: "No call was lost to the service or to this machine.")
        }
        let followed = breaker.flatMap { $0.name == worst.name ? nil : $0.count }
        let isFew = bad * 100 < calls
        return Verdict(
            weight: isFew ? .note : .bad,
            sentence:
                "\(Words.count(bad)) of \(Words.count(calls, "call")) (\(Words.percent(bad, of: calls))) found the "
                + "service away or this machine broken, most with \(worst.name.reason) (\(Words.count(worst.count)))"
                + (followed.map { ", which circuit_open (\(Words.count($0))) follows" } ?? "")
                + (Reason.known(worst.name.status, worst.name.reason).map { ". Look at: \($0.remedy)." }
                    ?? "; report --reasons tells what to do."))
    }

    private var setUpIsSlow: Verdict? {
        guard let heard = steps[.firstSound], let slow = heard.percentile(0.95) else { return nil }
        // Where most calls failed, what the others heard says nothing.
        if heard.count * 2 < calls { return nil }
        if slow < Self.longSetUp {
            return Verdict(
                weight: .good, sentence: "19 of 20 callers hear something within \(Words.time(slow)) of the start.")
        }
        let named = [MetricsField.token, .sessionTime, .socket].compactMap { field in
            steps[field]?.percentile(0.95).map { (field, $0) }
        }
        let ready = steps[.setup]?.percentile(0.95) ?? 0
        let cause: String
        if ready < slow / 2 {
            cause =
                "the service is ready after \(Words.time(ready)), so it is the flow or its first sound that takes long"
        } else if let worst = named.max(by: { $0.1 < $1.1 }) {
            cause = "of the steps of the set-up the \(Words.name(of: worst.0)) takes longest, \(Words.time(worst.1))"
        } else {
            cause = "the service is ready after \(Words.time(ready))"
        }
        return Verdict(
            weight: .bad,
            sentence: "One caller in 20 hears nothing for \(Words.time(slow)) or more (first sound p95): \(cause).")
    }

    private func wait(_ turns: Turns, _ what: String) -> Verdict? {
        guard let heard = turns.times[.firstSound], let slow = heard.percentile(0.95),
            let most = turns.shares.max(by: { $0.share < $1.share })
        else { return nil }
        if slow < Self.longWait {
            return Verdict(
                weight: .good, sentence: "Callers who \(what) are answered within \(Words.time(slow)) 19 times of 20.")
        }
        let field: [Turns.Part: MetricsField] = [.silence: .endOfTurn, .recognition: .recognition, .flow: .dialog]
        let part = field[most.part].flatMap { turns.times[$0]?.percentile(0.95) }
        let measure = part.map { " p95 is \(Words.time($0))" } ?? " takes longest"
        return Verdict(
            weight: .bad,
            sentence:
                "Callers who \(what) wait \(Words.time(slow)) for an answer (p95). \(Self.capital(most.part.words))"
                + "\(measure): \(Words.share(most.share)) of the wait. \(Self.remedy(most.part))")
    }

    private static func capital(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() }

    private static func remedy(_ part: Turns.Part) -> String {
        switch part {
        case .silence: "Look at end_silence_ms, and at what the flow sets."
        case .recognition: "A recogniser that listens while the caller speaks is faster: stt_style = websocket or vosk."
        case .flow: "Look at the flow's nodes that ask others, in Cognigy's logs; filler_after_ms fills the time."
        case .sound:
            "A voice that speaks while it is made is faster: tts_style = websocket; and a short first sentence."
        }
    }

    private var traffic: [Verdict] {
        var found: [Verdict] = []
        if unheard > 0 {
            let words =
                "\(Words.count(unheard, "caller")) (\(Words.percent(unheard, of: calls))) hung up before anything was heard."
            found.append(Verdict(weight: unheard * 20 > calls ? .bad : .note, sentence: words))
        }
        if reconnected > 0 {
            let words =
                "The socket dropped and was opened again in \(Words.count(reconnected, "call")) "
                + "(\(Words.percent(reconnected, of: calls))): look at the network between here and the service."
            found.append(Verdict(weight: reconnected * 20 > calls ? .bad : .note, sentence: words))
        }
        if retried > 0 {
            let words =
                "A request of the set-up was made again in \(Words.count(retried, "call")) "
                + "(\(Words.percent(retried, of: calls))): the log says why."
            found.append(Verdict(weight: retried * 20 > calls ? .bad : .note, sentence: words))
        }
        return found
    }

    private var fewness: Verdict? {
        let fewest = calls == 0 ? spoken.count + keyed.count : calls
        if fewest >= Self.fewest { return nil }
        let what = calls == 0 ? Words.count(fewest, "turn") : Words.count(fewest, "call")
        return Verdict(weight: .note, sentence: "With \(what) the percentiles say little.")
    }
}
