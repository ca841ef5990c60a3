import Text

/// The times and the randomness of the current step, and the effects that it has produced so far. The machine passes it to
/// its parts.
struct Context {
    var now = Duration.zero
    var wallClock = 0.0
    var effects: [Effect] = []
    var random: any RandomNumberGenerator

    mutating func log(_ level: LogLevel, _ text: String) { effects.append(.log(level, text)) }

    /// Lengthens a pause by up to a fifth at random, so that clients that lost the service together do not return together.
    mutating func spread(_ pause: Duration) -> Duration { pause * Double.random(in: 1...1.2, using: &random) }
}
