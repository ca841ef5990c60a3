import WebSocket

/// An open WebSocket: a session's voice, or a stream of agent assist.
struct OpenSocket {
    enum Progress: Equatable {
        case open
        /// Our close frame went out.
        case closing(UInt16)
        case closed
    }

    /// The session's, or the stream's own.
    let id: String
    var isAssist = false
    var progress = Progress.open
    var isSilent = false
    var assembler = Assembler(role: .server)
    var watch = FrameWatch()
}
