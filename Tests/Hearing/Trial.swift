import Testbed

/// One sitting: a line with utterances on it, and where they are.
package struct Trial: Sendable {
    package let line: Line
    package let samples: [Int16]
    /// The words of each utterance, in samples of 16 kHz.
    package let utterances: [[Range<Int>]]

    package var seconds: Double { Double(samples.count) / Double(line.rate) }

    /// What an ear made of it.
    struct Heard: Equatable {
        /// What it took for an utterance.
        var samples: Range<Int>
        /// When it said so, in samples of 16 kHz: at the begin and at the end.
        var began: Int
        var ended: Int
    }

    /// Plays all to `ear`, 20 ms at a time, and then two seconds of nothing.
    func play(to ear: consuming any Ear) -> [Heard] {
        var ear = ear
        var all: [Heard] = []
        let piece = line.rate / 50
        let end = samples.count + 100 * piece
        let silence = [Int16](repeating: 0, count: piece)
        var began: (at: Int, time: Int)?
        for start in stride(from: 0, to: end, by: piece) {
            let part = start + piece <= samples.count ? Array(samples[start..<start + piece]) : silence
            let time = (start + piece) * 16_000 / line.rate
            for event in ear.hear(part, playing: nil) {
                switch event {
                case .began(let position): began = (position, time)
                case .isSure: break
                case .over(let samples):
                    all.append(Heard(samples: samples, began: began?.time ?? time, ended: time))
                    began = nil
                }
            }
        }
        if let began {
            let time = end * 16_000 / line.rate
            all.append(Heard(samples: began.at..<max(began.at, time), began: began.time, ended: time))
        }
        return all
    }
}
