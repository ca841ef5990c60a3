import Cognigy
import JSON

/// What became of a session that was handed off.
package struct HandoffResult: Equatable, Sendable {
    /// Its variables.
    package let marked: [String: JSON]
    /// nil: nothing was changed.
    package let flow: Handoff.Flow?
}
