import Glibc

extension [Float] {
    /// The samples of a sound of power 1 at `level`, in dB of full scale.
    package func samples(at level: Float) -> [Int16] {
        let factor = 32768 * pow(10, level / 20)
        return map { Int16(Swift.max(-32768, Swift.min(32767, $0 * factor))) }
    }
}

extension [Int16] {
    /// Both at once, clipped.
    package static func mix(_ one: [Int16], _ other: [Int16]) -> [Int16] {
        zip(one, other).map { sample, other in
            let (sum, hasOverflown) = sample.addingReportingOverflow(other)
            return hasOverflown ? (other < 0 ? .min : .max) : sum
        }
    }

    package static func silence(_ count: Int) -> [Int16] { [Int16](repeating: 0, count: count) }
}
