/// Sound as samples, one channel.
package struct PCM: Equatable, Sendable {
    package var samples: [Int16]
    package var rate: Int

    package init(samples: [Int16], rate: Int) {
        self.samples = samples
        self.rate = rate
    }
}
