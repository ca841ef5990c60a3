import CSpeexDSP

/// Converts sound to another rate, piece by piece. speex_resampler.
public struct Resampler: ~Copyable {
    /// speexdsp's default. Its aliases and its ripple are far below the noise of a telephone line.
    private static let quality: CInt = 4

    private let from: Int
    private let to: Int
    /// nil where the rates are the same.
    private let state: OpaquePointer?
    private var taken = 0
    private var given = 0

    public init(from: Int, to: Int) throws(AudioRefusal) {
        self.from = from
        self.to = to
        if from == to {
            state = nil
            return
        }
        guard WAVFormat.rates.contains(from), WAVFormat.rates.contains(to),
            let state = speex_resampler_init(1, UInt32(from), UInt32(to), Self.quality, nil)
        else { throw .rate(from) }
        // Otherwise the sound begins with zeros for the delay of the filter.
        speex_resampler_skip_zeros(state)
        self.state = state
    }

    deinit { if let state { speex_resampler_destroy(state) } }

    /// Returns what can be converted so far, a little less than what was given.
    public mutating func process(_ samples: [Int16]) -> [Int16] {
        guard let state else { return samples }
        let resampled = run(state, samples)
        taken += samples.count
        given += resampled.count
        return resampled
    }

    /// Returns the rest, so that the whole result is as long as the whole input.
    public mutating func finish() -> [Int16] {
        guard let state else { return [] }
        let missing = max(0, (taken * to + from / 2) / from - given)
        let silence = Int(speex_resampler_get_input_latency(state)) + from / to + 1
        let tail = run(state, [Int16](repeating: 0, count: silence)).prefix(missing)
        given += missing
        return tail + [Int16](repeating: 0, count: missing - tail.count)
    }

    private func run(_ state: OpaquePointer, _ samples: [Int16]) -> [Int16] {
        let room = samples.count * to / from + 64
        return [Int16](unsafeUninitializedCapacity: room) { output, written in
            samples.withUnsafeBufferPointer { input in
                var read = 0
                while read < input.count && written < room {
                    var inputCount = UInt32(input.count - read)
                    var outputCount = UInt32(room - written)
                    let code = speex_resampler_process_int(
                        state, 0, input.baseAddress.map { $0 + read }, &inputCount,
                        output.baseAddress.map { $0 + written }, &outputCount)
                    read += Int(inputCount)
                    written += Int(outputCount)
                    if code != 0 || (inputCount == 0 && outputCount == 0) { break }
                }
            }
        }
    }
}
