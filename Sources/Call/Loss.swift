/// Why something that was to be heard could not be.
struct Loss: Equatable {
    enum Kind: Equatable {
        /// No voice speaks words here, or the one that should failed.
        case voice
        /// The sound that the service named was refused, not found or no sound, and there were no words in its place.
        case audio
        /// It could not be written where Asterisk would find it.
        case disk
    }

    let kind: Kind
    /// For people.
    let why: String

    /// For the dialplan.
    var reason: String { kind == .disk ? "no_disk" : "no_voice" }
}
