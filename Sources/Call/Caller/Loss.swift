/// Why something that was to be heard could not be.
public struct Loss: Equatable, Sendable {
    public enum Kind: String, Sendable {
        /// No voice speaks words here, or the one that should failed.
        case voice
        /// The sound that the service named was refused, not found or no sound, and there were no words in its place.
        case audio
        /// It could not be written where Asterisk would find it.
        case disk
    }

    public let kind: Kind
    /// For people.
    public let why: String

    public init(kind: Kind, why: String) {
        self.kind = kind
        self.why = why
    }

    /// For the dialplan.
    var reason: String { kind == .disk ? "no_disk" : "no_voice" }
}
