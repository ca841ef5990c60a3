import Cognigy
import JSON

/// What became of a session that was handed off.
public struct HandoffResult: Equatable, Sendable {
    /// Its variables.
    public let marked: [String: JSON]
    /// nil: nothing was changed.
    public let flow: Handoff.Flow?
}
