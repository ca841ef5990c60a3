import Cognigy

/// What one step of the call knows and leaves behind. It is handed down to every part, so that a part needs no clock, no
/// generator of random numbers and no list of its own.
public struct Context {
    /// On the monotonic clock.
    var now = Duration.zero
    /// Seconds since 1970, for what an answer says of a date.
    var wallClock = 0.0
    var random: SplitMix
    var timers = Timers()
    /// What is to be done, in this order.
    var effects: [Effect] = []
    /// Whether the caller hears something, or will soon: the call keeps this up to date for its service.
    var callerHears = false
    /// Whether that is something which only ends when something else is said.
    var callerHearsEndlessly = false
    /// Whether the caller's voice is heard.
    var callerSpeaks = false

    /// Whether remarks are wanted.
    var isTranscribed = false

    /// Something was said. It costs a call without a transcript nothing.
    mutating func remark(_ remark: @autoclosure () -> Remark?) {
        if isTranscribed, let remark = remark() { effects.append(.remark(remark)) }
    }

    init(seed: UInt64) { random = SplitMix(seed: seed) }
}
