import JSON

/// A session that handoff and barge-in may ask about, and what its client has learned of it. A client has to look at a
/// session before it marks or runs it.
struct LiveSession {
    private var session: Scenario.Session
    /// How many more times the session will be found processing.
    private var busyLooks = 0
    /// The status that the client was told last.
    private var seenStatus: String?
    private var isMarked = false

    init(_ session: Scenario.Session) { self.session = session }

    /// The session will be found processing this many times.
    mutating func beginWork(looks: Int) { busyLooks = looks }

    /// The client was told by a 409 that the session is processing.
    mutating func wasAnswered409() { seenStatus = "processing" }

    mutating func look(id: String) -> JSON {
        let status = busyLooks > 0 ? "processing" : session.status
        busyLooks = max(0, busyLooks - 1)
        seenStatus = status
        return reply(id: id, status: status)
    }

    /// Marks the session for a transfer with these variables. Returns the reply.
    mutating func mark(_ variables: [String: JSON], id: String) throws(Service.Breach) -> JSON {
        try judgeLook("a mark")
        if session.channel != "voice" || session.status != "active" {
            throw Service.Breach(422, "a mark of a session that is not active on voice")
        }
        if let lost = Set(session.variables.keys).subtracting(variables.keys).min() {
            throw Service.Breach(422, "a mark that loses the variable \(lost)")
        }
        session.variables = variables
        session.status = "transferring"
        session.telephony.merge(["action": "transfer", "status": "initiated"]) { $1 }
        isMarked = true
        return reply(id: id, status: session.status)
    }

    /// Carries out the transfer and returns its target. A mark is good for one run.
    mutating func run() throws(Service.Breach) -> JSON {
        if !isMarked { throw Service.Breach(422, "a run without a mark before it") }
        try judgeLook("a run")
        isMarked = false
        return session.variables["transferTarget"] ?? .null
    }

    private func reply(id: String, status: String) -> JSON {
        [
            "sessionId": .string(id), "userId": .string(session.userID), "channel": .string(session.channel),
            "status": .string(status), "variables": .object(session.variables),
            "telephony": .object(session.telephony),
        ]
    }

    mutating func set(_ variables: [String: JSON]) { session.variables.merge(variables) { $1 } }

    private func judgeLook(_ what: String) throws(Service.Breach) {
        if seenStatus == nil { throw Service.Breach(422, "\(what) without a look before it") }
        if seenStatus == "processing" {
            throw Service.Breach(409, "\(what) of a session that was last seen processing")
        }
    }
}
