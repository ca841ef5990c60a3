/// How long something took, for any number of times, in a fixed amount of memory. Each bucket reaches 2 % further than the
/// one before, so a percentile is off by 1 % at most.
struct Histogram {
    static let relativeError = 0.01
    /// The upper ends of the buckets in milliseconds: from a tenth, which is as exact as lines are, to a month.
    private static let ends: [Double] = {
        var ends = [0.1]
        while let last = ends.last, last < 31 * 86_400_000 { ends.append(last * (1 + 2 * relativeError)) }
        return ends
    }()

    private var counts = [Int](repeating: 0, count: Histogram.ends.count)
    private(set) var count = 0
    private(set) var sum = 0.0
    private(set) var least = Double.infinity
    private(set) var most = 0.0

    mutating func add(_ value: Double) {
        counts[Self.bucket(value)] += 1
        count += 1
        sum += value
        least = min(least, value)
        most = max(most, value)
    }

    /// The first bucket that reaches the value; what is longer than a month counts as that.
    private static func bucket(_ value: Double) -> Int {
        var (low, high) = (0, ends.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The value that so large a share of all does not exceed; nil where there are none.
    func percentile(_ share: Double) -> Double? {
        if count == 0 { return nil }
        let rank = max(Int((share * Double(count)).rounded(.up)), 1)
        var seen = 0
        let bucket = counts.firstIndex {
            seen += $0
            return seen >= rank
        }
        return min(max(Self.middle(bucket ?? counts.count - 1), least), most)
    }

    /// As far from both ends of the bucket, by ratio.
    private static func middle(_ bucket: Int) -> Double {
        if bucket == 0 { return ends[0] }
        let (low, high) = (ends[bucket - 1], ends[bucket])
        return 2 * low * high / (low + high)
    }

    /// How many values are in each of these ranges, which begin where the one before ends; the last has no end. A bucket
    /// belongs where its middle is.
    func distribution(_ limits: [Double]) -> [Int] {
        var columns = [Int](repeating: 0, count: limits.count + 1)
        for (bucket, count) in counts.enumerated() where count > 0 {
            let middle = Self.middle(bucket)
            columns[limits.firstIndex { middle < $0 } ?? limits.count] += count
        }
        return columns
    }
}
