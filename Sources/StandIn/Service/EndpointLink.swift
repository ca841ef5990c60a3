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
    /// The id of the next event that asks for an acknowledgement. The first one is 0, as with the server of socket.io itself.
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
