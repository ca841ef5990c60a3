import Testbed
import Testing

@testable import Report

@Suite struct HistogramTests {
    @Test func nothingHasNoPercentile() {
        #expect(Histogram().percentile(0.5) == nil)
        #expect(Histogram().count == 0)
    }

    @Test(arguments: [0, 0.05, 0.1, 0.11, 1, 37.4, 1900, 86_400_000, 2_678_400_000])
    func oneValueIsEveryPercentile(value: Double) {
        var times = Histogram()
        times.add(value)
        for share in [0, 0.01, 0.5, 0.99, 1] { #expect(times.percentile(share) == value) }
    }

    @Test func whatIsLongerThanAMonthCountsAsTheLongest() {
        var times = Histogram()
        times.add(1e12)
        times.add(5)
        #expect(times.percentile(0.5).map { abs($0 - 5) <= 0.05 } == true)
        #expect((times.percentile(1) ?? 0) > 30 * 86_400_000)
    }

    /// Beside the percentiles of all values, sorted.
    @Test(arguments: [1 as UInt64, 2, 3, 4, 5]) func noPercentileIsOffByMoreThanItsError(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var times = Histogram()
        var values: [Double] = []
        for _ in 0..<5000 {
            // Over all sizes, and in tenths as lines have them.
            let size = (0..<Int.random(in: 0...7, using: &random)).reduce(1.0) { size, _ in size * 10 }
            let value = (Double.random(in: 0.1...10, using: &random) * size * 10).rounded() / 10
            values.append(value)
            times.add(value)
        }
        values.sort()
        for share in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1] {
            let exact = values[max(Int((share * 5000).rounded(.up)), 1) - 1]
            let told = times.percentile(share) ?? 0
            #expect(abs(told - exact) <= exact * Histogram.relativeError + 0.05, "\(share): \(told) for \(exact)")
        }
        #expect(times.count == 5000)
    }

    @Test func aDistributionHasEachValueInItsColumn() {
        var times = Histogram()
        for value in [10.0, 90, 110, 450, 550, 10_000] { times.add(value) }
        #expect(times.distribution([100, 500]) == [2, 2, 2])
    }
}
