import JSON

/// A session of the endpoint. It outlives its sockets.
struct Conversation {
    let user: String
    var play: Scenario.Play
    /// The connection that is its open socket; nil if none is open.
    var connection: Int?
    /// The data of the output that was sent last.
    var lastOutput: JSON?
}
