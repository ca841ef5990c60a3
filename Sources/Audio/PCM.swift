/// Sound as samples, one channel.
public struct PCM: Equatable, Sendable {
    public var samples: [Int16]
    public var rate: Int

    public init(samples: [Int16], rate: Int) {
        self.samples = samples
        self.rate = rate
    }
}
