/// Which inputs a flow was written for.
public enum InputDialect: String, Sendable, CaseIterable {
    /// The events of Voice Gateway in `input.data.event`.
    case voicegateway
    /// The states of VIER Cognitive Voice Gateway in `input.data.status`.
    case vier
    /// Texts alone.
    case plain
}
