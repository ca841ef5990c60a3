/// The last two seconds of what was played, by position on the line's clock, at 16 kHz.
struct PlayedSound {
    private static let length = 1 << 15

    private var ring = [Int16](repeating: 0, count: length)
    /// Behind the last sample.
    private var end = 0
    /// Where the sound begins that goes on until `end`; before it is silence.
    private var start = 0

    /// Takes what is played from `position` on. Whether it is another sound: it does not go on where the last one ended.
    mutating func add(_ samples: [Int16], at position: Int) -> Bool {
        let isOther = position != end || start == end
        if isOther {
            // Of the sound before it, what is not played over is still to be heard.
            var silent = max(end, position - Self.length)
            while silent < position {
                ring[silent & (Self.length - 1)] = 0
                silent += 1
            }
            start = position
        }
        var next = position
        for sample in samples {
            ring[next & (Self.length - 1)] = sample
            next += 1
        }
        end = next
        return isOther
    }

    /// Whether nothing is played in the step before `position` nor later.
    func isOver(before position: Int) -> Bool { end <= position - VoiceActivity.step }

    /// The step that ends at `position`.
    func samples(before position: Int) -> [Int16] {
        (position - VoiceActivity.step..<position).map { at in
            at < end && at >= end - Self.length ? ring[at & (Self.length - 1)] : 0
        }
    }
}
