import JSON

/// The state of one socket of the endpoint: Engine.IO and Socket.IO, seen by a server.
struct EndpointLink {
    var introduction: Introduction
    /// The id that the server gave the connection.
    let id: String
    /// Whether the namespace is connected, so that events may come.
    var isConnected = false
    /// Whether the client may send inputs: it was told so, or has waited for a second.
    var mayBegin = false
    /// The id of the `handshake` whose answer is awaited.
    var handshake: Int?
    /// The id of the next event that asks for an acknowledgement. The first one is 0, as with Cognigy's server.
    var nextAck = 0
    /// The ids of the events whose acknowledgement is awaited.
    var awaited: Set<Int> = []
    /// How many pings have come from the client, or pongs in version 4.
    var signs = 0
    /// How many pings of the server have no pong yet.
    var openPings = 0
    /// Whether the client has disconnected from the namespace.
    var hasLeft = false

    init(_ introduction: Introduction) {
        self.introduction = introduction
        id = "link-" + String(UInt64.random(in: .min ... .max), radix: 16)
    }
}

/// Something that a socket of the endpoint does when its time has come.
enum EndpointAct: Equatable {
    /// Tells the client that it may begin.
    case announceReady
    /// A step of a rule. `trace`: the id of the input that it belongs to.
    case perform(Scenario.Action, trace: String)
    /// A client that was not told to begin may do so from now on, because old servers never say it.
    case patienceEnds
    /// The acknowledgement with this id has to be there.
    case ackIsDue(Int)
    /// Another sign of life has to be there: more than so many.
    case signIsDue(after: Int)
    /// The server pings; version 4.
    case ping
}

/// A session of the endpoint. It outlives its sockets.
struct Conversation {
    let user: String
    var play: Scenario.Play
    /// The connection that is its open socket; nil if none is open.
    var connection: Int?
    /// The data of the output that was sent last.
    var lastOutput: JSON?
}
