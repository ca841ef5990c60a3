/// What the metrics say of one turn.
package struct TurnMetrics: Equatable {
    package let eventType: String
    package var intent: String?
    package var confidence: Double?
    package var recognition: Duration?
    /// Until the first sentence of the answer could be played.
    package var synthesis: Duration?
    package var dialog: Duration?
    package var audioBytes = 0

    init(_ eventType: String, dialog: Duration? = nil, audioBytes: Int = 0) {
        self.eventType = eventType
        self.dialog = dialog
        self.audioBytes = audioBytes
    }
}
