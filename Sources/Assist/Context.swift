import Text

/// What the parts of the machine know of the present, and where they leave what is to be done.
struct Context {
    var now = Duration.zero
    var wallClock = 0.0
    var effects: [Effect] = []
    var random: any RandomNumberGenerator

    mutating func log(_ level: LogLevel, _ text: String) { effects.append(.log(level, text)) }

    /// As long as this and up to a fifth more, so that those who were cut off together do not come back together.
    mutating func spread(_ pause: Duration) -> Duration { pause * Double.random(in: 1...1.2, using: &random) }
}
