/// What the metrics say of one turn.
public struct TurnMetrics: Equatable, Sendable {
    public let eventType: String
    public var intent: String?
    public var confidence: Double?
    public var recognition: Duration?
    /// Until the first sentence of the answer could be played.
    public var synthesis: Duration?
    public var dialog: Duration?
    public var audioBytes = 0

    init(_ eventType: String, dialog: Duration? = nil, audioBytes: Int = 0) {
        self.eventType = eventType
        self.dialog = dialog
        self.audioBytes = audioBytes
    }
}
