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
