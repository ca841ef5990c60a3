import Audio

/// Which moment the samples of the line belong to. They are counted as they come, but frames come late, in bursts, or not
/// at all while nobody speaks.
struct LineClock {
    /// A frame of Asterisk.
    private static let frame = VoiceActivity.rate / 50
    /// After so long without the frames that are missing, they do not come any more.
    private static let patience = Duration.milliseconds(200)

    /// The frame that came soonest, by the end of its samples.
    private var soonest: (position: Int, time: Duration)?
    private var isBehind: (since: Duration, least: Int)?

    /// The position that belongs to a moment; nil before anything was heard.
    func position(at time: Duration) -> Int? {
        soonest.map { $0.position + Int(((time - $0.time) / .milliseconds(1)) * Double(VoiceActivity.rate / 1000)) }
    }

    /// Takes that `count` samples came after the position `end`. Of the answer, `leftOut` is how many samples the line has
    /// left out before them, and `ahead` how many samples later than it seemed every moment is.
    mutating func heard(_ count: Int, after end: Int, at now: Duration) -> (leftOut: Int, ahead: Int) {
        guard let position = position(at: now), position > end + count else {
            let ahead = position(at: now).map { end + count - $0 } ?? 0
            soonest = (end + count, now)
            isBehind = nil
            // A frame that comes a little sooner than all before it moves nothing.
            return (0, ahead >= Self.frame ? ahead : 0)
        }
        let behind = position - end - count
        if behind < Self.frame {
            isBehind = nil
            return (0, 0)
        }
        // What was only held up comes in one piece.
        if behind >= 5 * Self.frame, count <= 2 * Self.frame {
            isBehind = nil
            return (behind, 0)
        }
        let first = isBehind ?? (now, behind)
        let least = min(first.least, behind)
        isBehind = (first.since, least)
        if now - first.since < Self.patience { return (0, 0) }
        isBehind = nil
        return (least, 0)
    }
}
