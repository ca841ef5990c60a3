import Cognigy
import Errands

/// What answers a caller: the seam between the caller's side and whatever speaks for the flow.
///
/// The call hands over what the caller says (`take`), what arrived for the service (`handle`) and the service's own
/// deadlines (`due`). The service answers with news, and leaves what it wants done in the context's effects. It knows
/// nothing of Asterisk. After `leave` it has no news any more.
public protocol Service {
    /// The session that the dialplan and a handoff know, once there is one.
    var sessionID: String? { get }
    /// For a sound on the service's own host.
    var token: String? { get }
    /// How many times the caller has said something; nil where a call before this one has counted.
    var turns: Int? { get }
    /// The caller waits for the service for so long that he is to hear the wait prompt.
    var keepsWaiting: Bool { get }
    /// An answer is being made: the line is not idle.
    var isThinking: Bool { get }
    /// How the call ends if nothing more happens while the service still owes the caller an answer; nil: it owes none.
    var owed: Ending? { get }
    /// Nothing is left that takes time to close.
    var isOver: Bool { get }
    /// What the caller says is listened to, so it may stop a prompt.
    var hearsSpeech: Bool { get }
    /// His words are known while he speaks.
    var hearsWords: Bool { get }
    /// How long it may take to close after a hangup, where it has more to say than that it goes.
    var closingTime: Duration { get }

    mutating func begin(_ context: inout Context) -> [ServiceNews]
    mutating func take(_ input: Input, _ context: inout Context) -> [ServiceNews]
    mutating func handle(_ event: Event, _ context: inout Context) -> [ServiceNews]
    mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [ServiceNews]
    /// The dialplan has carried out a transfer, and the caller is back.
    mutating func transferred(
        _ order: TransferOrder, status: String, _ context: inout Context
    ) -> [ServiceNews]
    /// Asterisk has said of the channel what the call asks for.
    mutating func channelIsKnown(_ channel: Channel, _ context: inout Context) -> [ServiceNews]
    /// The caller has stopped what he heard, and dropped what was to be heard behind it.
    mutating func interrupted()
    /// The caller has heard all that was to be heard.
    mutating func fellSilent(_ context: inout Context) -> [ServiceNews]
    /// The session goes to an agent: the caller awaits nothing of the flow any more.
    mutating func yieldToAgent(_ context: inout Context)
    /// The call ends.
    mutating func leave(_ ending: Ending, _ context: inout Context)
    /// The call is over: nothing may be held any more.
    mutating func finish(_ context: inout Context)
}

extension Service {
    public var sessionID: String? { nil }
    public var token: String? { nil }
    public var keepsWaiting: Bool { false }
    public var isThinking: Bool { false }
    public var owed: Ending? { nil }
    public var isOver: Bool { true }
    public var closingTime: Duration { .zero }
    public var hearsSpeech: Bool { true }
    public var hearsWords: Bool { false }
    public mutating func take(_ input: Input, _ context: inout Context) -> [ServiceNews] { [] }
    public mutating func handle(_ event: Event, _ context: inout Context) -> [ServiceNews] { [] }
    public mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [ServiceNews] { [] }
    public mutating func transferred(
        _ order: TransferOrder, status: String, _ context: inout Context
    ) -> [ServiceNews] { [] }
    public mutating func channelIsKnown(_ channel: Channel, _ context: inout Context) -> [ServiceNews] { [] }
    public mutating func interrupted() {}
    public mutating func fellSilent(_ context: inout Context) -> [ServiceNews] { [] }
    public mutating func yieldToAgent(_ context: inout Context) {}
    public mutating func finish(_ context: inout Context) {}
}

/// What the caller says.
public enum Input: Equatable {
    case key(DTMF)
    /// 16 kHz.
    case speech([Int16])
}

/// What a service tells the call.
public enum ServiceNews {
    /// It hears the caller from now on.
    case ready
    /// The session has a name.
    case session(String)
    /// What is to be heard still is not to be heard.
    case stopPlaying
    /// Whether what the caller said last are words.
    case understood(Bool)
    /// To be heard behind what is to be heard already.
    case say(Message)
    /// To be done behind what is to be heard already; `music` is what the caller may hear meanwhile.
    case transfer(TransferOrder, music: Message? = nil)
    case sendDigits(String, each: Duration, isSensitive: Bool = false)
    /// A whole answer in sentences, of which one is made ahead of the one that plays.
    case answer([String], TurnMetrics)
    /// To be heard in place of the sentences that nobody has begun to make.
    case notice(String)
    /// The session of a call before this one goes to an agent.
    case handOff(HandoffErrand.Plan)
    /// The conversation has ended in good order, for this reason: what was said is still heard.
    case ended(reason: String, words: String? = nil)
    case unavailable(Ending)
}
