import WebSocket

/// An open WebSocket: the voice socket of a session, or a stream of agent assist.
struct OpenSocket {
    enum Progress: Equatable {
        case open
        /// A close frame with this code was sent, and that of the client is awaited.
        case closing(UInt16)
        case closed
    }

    /// The id of the session or of the stream.
    let id: String
    var isAssist = false
    var progress = Progress.open
    var isSilent = false
    var assembler = Assembler(role: .server)
    var watch = FrameWatch()
}
