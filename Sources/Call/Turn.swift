/// What the metrics say of one turn.
struct Turn: Equatable {
    let eventType: String
    var intent: String?
    var confidence: Double?
    var recognition: Duration?
    /// Until the first sentence of the answer could be played.
    var synthesis: Duration?
    var dialog: Duration?
    var audioBytes = 0

    init(_ eventType: String, dialog: Duration? = nil, audioBytes: Int = 0) {
        self.eventType = eventType
        self.dialog = dialog
        self.audioBytes = audioBytes
    }
}
