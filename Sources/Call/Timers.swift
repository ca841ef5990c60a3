/// The deadlines of a call, by name.
public struct Timers {
    /// When several are due at the same time, the first in this list fires first.
    public enum Name: Int, CaseIterable {
        // Set by the ways to a service: Uplink, SocketLink.

        /// The whole set-up takes too long.
        case setup
        /// The request for a token is made again.
        case token
        /// The shared token is looked for again.
        case tokenLock
        /// The request for a session is made again.
        case session
        /// The socket is opened again.
        case connect
        /// Connecting and the handshake take too long.
        case handshake
        /// Set by SocketLink: an endpoint has not said that it is ready.
        case ready
        /// A ping is sent.
        case ping
        /// A ping was not answered.
        case pong
        /// The socket has held for so long that its next drop counts as the first.
        case steady

        // Set by the call (CallMachine) and its handset.

        /// Asterisk has not given its first answer.
        case synchronize
        /// Set by VoiceService and EndpointService: the flow has not answered.
        case reply
        /// Nothing has happened on the line for long.
        case idle
        /// Set by Handset: the wait prompt may play again.
        case waitPrompt
        /// Set by Handset: a short prompt may be heard again.
        case round
        /// What was held for a sound of the caller's goes on.
        case doubt
        /// Set by Handset: a transfer is not put off any longer for the sound that is to be heard meanwhile.
        case music
        /// Nothing else has come to be heard in place of what was lost.
        case unheard
        /// Asterisk is made to look for a hangup.
        case look
        /// The call is over, whatever is left to do.
        case leave
        /// The same after a hangup, and nothing puts it off.
        case hungUp
        /// Set by VoiceService and EndpointService: the socket has not answered the close, or the flow the end.
        case socketClose

        // Set by EndpointService.

        /// The pause after the last key is over.
        case digits
        /// The caller has said nothing for long.
        case noInput
        /// The flow has said nothing for so long that the caller is to hear something.
        case filler
        /// Speech is to be recognised again.
        case recognition

        // Set by Conversation and RESTLink.

        /// A request is made again.
        case turn
        /// A dialog slot is asked for again.
        case slot

        // Set by DialogService.

        /// The caller has waited for so long that he is to hear the wait prompt.
        case patience
        /// A lost service has not returned.
        case degrade

        // The next deadline of an errand, which the call follows.

        case handoff
        case bargeIn
    }

    /// By the names' order.
    private var deadlines = [Duration?](repeating: nil, count: Name.allCases.count)

    private subscript(_ name: Name) -> Duration? {
        get { deadlines[name.rawValue] }
        set { deadlines[name.rawValue] = newValue }
    }

    mutating func set(_ name: Name, _ time: Duration) { self[name] = time }
    /// Sets a deadline, or brings it forward; never puts it off.
    mutating func hasten(_ name: Name, _ time: Duration) { self[name] = min(self[name] ?? time, time) }
    /// Sets a deadline that another machine keeps, or clears it.
    mutating func follow(_ name: Name, _ time: Duration?) { self[name] = time }
    mutating func clear(_ names: Name...) { for name in names { self[name] = nil } }
    func isSet(_ name: Name) -> Bool { self[name] != nil }

    public var next: Duration? { deadlines.lazy.compactMap(\.self).min() }

    /// Takes a deadline that has passed, the earliest first; of several at one time the first by name.
    mutating func takeDue(_ now: Duration) -> Name? {
        guard let next, next <= now, let first = deadlines.firstIndex(of: next) else { return nil }
        deadlines[first] = nil
        return Name(rawValue: first)
    }
}
