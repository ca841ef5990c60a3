import Cognigy
import Errands

/// AGI(cognigy-bridge,handoff,queue=ID): nobody answers here. The session that a call before this one left in the channel
/// goes to an agent while the caller waits.
public struct EarlierSession: Service {
    /// Its session is the channel's where it names none.
    private let plan: HandoffErrand.Plan
    public private(set) var sessionID: String?
    private var hasBegun = false

    public init(_ plan: HandoffErrand.Plan) {
        self.plan = plan
        if !plan.sessionID.isEmpty { sessionID = plan.sessionID }
    }

    /// nil: the variable keeps what the earlier call has counted.
    public var turns: Int? { nil }
    public var keepsWaiting: Bool { !hasBegun }

    public mutating func begin(_ context: inout Context) -> [ServiceNews] { [.ready] }

    public mutating func channelIsKnown(_ channel: Channel, _ context: inout Context) -> [ServiceNews] {
        if hasBegun { return [] }
        hasBegun = true
        if sessionID == nil, !channel.variable.isEmpty { sessionID = channel.variable }
        guard let sessionID else {
            return failed("COGNIGY_SESSION_ID is empty: no call before this one has left a session in the channel")
        }
        guard SessionID.isUsable(sessionID) else {
            return failed("the session's id is none: it must be \(SessionID.rule)")
        }
        var plan = plan
        plan.sessionID = sessionID
        return [.handOff(plan)]
    }

    private func failed(_ detail: String) -> [ServiceNews] {
        [.unavailable(Ending(.unavailable, "HANDOFF_FAILED", detail: detail, transferTarget: plan.queue))]
    }

    /// Reports to the circuit breaker: this call may be the one that tries for all whether the service is back.
    public mutating func leave(_ ending: Ending, _ context: inout Context) {
        hasBegun = true
        context.effects.append(ending.status == .handoff ? .serviceWorks : .serviceUnknown)
    }
}
