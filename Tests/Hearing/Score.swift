/// How well an ear heard a trial.
package struct Score: Sendable {
    package private(set) var utterances = 0
    package private(set) var missed = 0
    /// Begins without a word nearby.
    package private(set) var falseStarts = 0
    /// Utterances that were heard as one with the one before.
    package private(set) var merged = 0
    /// Ends within an utterance, and those where the speaker made no pause as long as the silence that is to end one.
    package private(set) var cuts = 0
    package private(set) var falseCuts = 0
    /// Milliseconds from the first sound of an utterance until the ear says that somebody speaks.
    package private(set) var onsets: [Int] = []
    /// Milliseconds from the last sound until the ear says that he is silent.
    package private(set) var ends: [Int] = []
    /// Milliseconds at the front of an utterance that are not in what the ear took for it.
    package private(set) var clips: [Int] = []
    private var samples = 0
    private var lost = 0
    private var seconds = 0.0

    package var missedShare: Double { share(missed) }
    package var mergedShare: Double { share(merged) }
    package var cutShare: Double { share(cuts) }
    package var falseCutShare: Double { share(falseCuts) }
    package var falseStartsAMinute: Double { Double(falseStarts) * 60 / max(seconds, 1) }
    package var lostShare: Double { 100 * Double(lost) / Double(max(samples, 1)) }
    package var clipped: Double { 100 * Double(clips.count { $0 >= 20 }) / Double(max(clips.count, 1)) }
    package var meanClip: Double { Double(clips.reduce(0, +)) / Double(max(clips.count, 1)) }

    private func share(_ count: Int) -> Double { 100 * Double(count) / Double(max(utterances, 1)) }

    /// Sound nearer to a word than this, in samples, is not somewhere else.
    private static let near = 4800

    package init(_ trial: Trial, _ ear: consuming any Ear, endSilence: Int = 8000) {
        let heard = trial.play(to: ear)
        utterances = trial.utterances.count
        seconds = trial.seconds
        var touched = [[Int]](repeating: [], count: trial.utterances.count)
        for (index, one) in heard.enumerated() {
            var isNearWords = false
            for (place, words) in trial.utterances.enumerated() {
                guard let first = words.first, let last = words.last else { continue }
                let whole = first.lowerBound..<last.upperBound
                if whole.overlaps(one.samples) { touched[place].append(index) }
                if one.samples.overlaps(whole.lowerBound - Self.near..<whole.upperBound + Self.near) {
                    isNearWords = true
                }
            }
            if !isNearWords { falseStarts += 1 }
        }
        for (place, words) in trial.utterances.enumerated() {
            let before = place > 0 ? touched[place - 1].last : nil
            let after = place + 1 < touched.count ? touched[place + 1].first : nil
            add(words, touched[place].map { ($0, heard[$0]) }, before, after, endSilence)
        }
    }

    private mutating func add(
        _ words: [Range<Int>], _ heard: [(Int, Trial.Heard)], _ before: Int?, _ after: Int?, _ endSilence: Int
    ) {
        for word in words {
            samples += word.count
            lost += word.count
            // The sound before a begin may already belong to the one before.
            var end = 0
            for (_, one) in heard where one.samples.upperBound > end {
                lost -= (max(end, one.samples.lowerBound)..<one.samples.upperBound).clamped(to: word).count
                end = one.samples.upperBound
            }
        }
        guard let (first, begin) = heard.first, let (last, end) = heard.last,
            let start = words.first?.lowerBound, let stop = words.last?.upperBound
        else {
            missed += 1
            return
        }
        if first == before {
            merged += 1
        } else {
            onsets.append((begin.began - start) / 16)
            clips.append(max(0, begin.samples.lowerBound - start) / 16)
        }
        if last != after { ends.append((end.ended - stop) / 16) }
        for (_, one) in heard.dropLast() {
            cuts += 1
            let silence = one.samples.upperBound - endSilence - 1600..<one.samples.upperBound
            let pauses = zip(words, words.dropFirst()).map { $0.upperBound..<$1.lowerBound }
            if !pauses.contains(where: { $0.count >= endSilence && $0.overlaps(silence) }) { falseCuts += 1 }
        }
    }
}

extension [Int] {
    /// The value that so much of all is below; nil of nothing.
    package func quantile(_ share: Double) -> Int? {
        isEmpty ? nil : sorted()[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
