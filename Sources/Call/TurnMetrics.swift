/// What the metrics say of one turn.
public struct TurnMetrics: Equatable, Sendable {
    public let eventType: String
    public var intent: String?
    public var confidence: Double?
    /// From the caller's last word until he was taken to have finished.
    public var endOfTurn: Duration?
    public var recognition: Duration?
    /// Until the first sentence of the answer could be played.
    public var synthesis: Duration?
    public var dialog: Duration?
    /// From the caller's last word or key until the first sound of the answer.
    public var firstSound: Duration?
    public var audioBytes = 0

    /// Since when the caller waits for an answer; nil: none is awaited, or nothing tells which sound would be its first.
    var since: Duration?
    /// The message with which the answer begins; nil: the next one that is made.
    var answer: Playlist.ID?

    init(_ eventType: String, since: Duration? = nil, dialog: Duration? = nil, audioBytes: Int = 0) {
        self.eventType = eventType
        self.since = since
        self.dialog = dialog
        self.audioBytes = audioBytes
    }
}
