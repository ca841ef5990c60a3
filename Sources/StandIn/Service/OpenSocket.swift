import WebSocket

/// An open WebSocket: the voice socket of a session, a stream of agent assist, a socket of the endpoint, one of speech to
/// text, or a voice.
struct OpenSocket {
    enum Progress: Equatable {
        case open
        /// A close frame with this code was sent, and that of the client is awaited.
        case closing(UInt16)
        case closed
    }

    /// The id of the session or of the stream.
    var id: String
    var isAssist = false
    /// Of a socket of the endpoint only.
    var link: EndpointLink?
    /// Of a socket of speech to text only.
    var hearing: HearingLink?
    /// Of a voice only.
    var speech: SpokenText?
    var progress = Progress.open
    var isSilent = false
    var assembler = Assembler(role: .server)
    var watch = FrameWatch()
}
