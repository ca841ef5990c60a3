import Cognigy
import JSON
import WebSocket

/// The way from a call to the flow behind an endpoint. There are two: `SocketLink`, on which the flow may speak at any
/// time, and `RESTLink`, on which it can only answer.
protocol FlowLink: Sendable {
    /// An input goes out at once.
    var isOpen: Bool { get }
    /// Inputs are kept for now, because the flow cannot be reached, but may be later.
    var isAway: Bool { get }
    /// Nothing comes from the flow any more.
    var isOver: Bool { get }
    /// Whether the other side answers a close.
    var closesWithWords: Bool { get }

    mutating func begin(_ context: inout Context) -> [LinkNews]
    /// Sends what the caller says, or keeps it until that is possible. `isSensitive`: it may not be written down.
    mutating func send(_ text: String, _ data: JSON?, isSensitive: Bool, _ context: inout Context)
    mutating func handle(_ event: Event, _ context: inout Context) -> [LinkNews]
    mutating func due(_ timer: Timers.Name, _ context: inout Context) -> [LinkNews]
    /// The flow is silent for longer than it should be: finds out whether the line still holds.
    mutating func probe(_ context: inout Context)
    mutating func leave(_ code: CloseCode, _ context: inout Context)
}

/// What a link tells its service.
enum LinkNews: Equatable, Sendable {
    /// Inputs go out from now on.
    case opened
    /// The line dropped after so many inputs were written whose turns have not ended; it will be tried again.
    case lost(written: Int)
    /// One message of the flow.
    case output(JSON)
    case turnEnded(TurnEnd)
    /// The flow or the endpoint says what went wrong.
    case failed(String)
    case unavailable(Ending)
}

/// How the flow's answer to an input ended (`finalPing`).
enum TurnEnd: String, Equatable, Sendable {
    case regular
    /// A node ended the flow.
    case stopped = "cognigyStopFlow"
    case error
}

extension EndpointService.Way {
    func link(to endpoint: Endpoint, _ parties: Endpoint.Parties) -> any FlowLink {
        switch self {
        case .socket(let version, let isTest, let setupTimeout, let reconnectAttempts):
            var plan = SocketLink.Plan(endpoint, parties)
            plan.version = version
            plan.isTest = isTest
            plan.setupTimeout = setupTimeout
            plan.reconnectAttempts = reconnectAttempts
            return SocketLink(plan)
        case .rest(let isTest, let patience):
            var plan = RESTLink.Plan(endpoint, parties)
            plan.isTest = isTest
            plan.patience = patience
            return RESTLink(plan)
        }
    }
}
