import State

/// The rules of one kind of call. It does no I/O and has no clock: it turns what happened into what is to be done.
protocol Machine {
    var timers: Timers { get }
    var ending: Ending? { get }
    /// For what lies on the service's own host.
    var token: String? { get }
    /// What CHANNEL(audionativeformat) said; empty before.
    var channelFormats: String { get }

    /// Of the samples of the caller's voice; nil while Asterisk has not said it.
    var voiceRate: Int? { get }

    /// The first command needs nothing of the service: it goes out before anything else is ready.
    mutating func start(_ now: Duration) -> [Effect]
    /// Goes for the service; `refusal` says why that is not even tried.
    mutating func connect(_ now: Duration, refusal: Ending?) -> [Effect]
    /// Goes on where a call before this one was cut off.
    mutating func resume(_ saved: DialogState.Saved)
    mutating func handle(_ event: Event, now: Duration, wallClock: Double) -> [Effect]
}

extension Machine {
    mutating func resume(_ saved: DialogState.Saved) {}
    var voiceRate: Int? { nil }
}
