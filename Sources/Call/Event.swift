import Errands
import AGI
import Cognigy
import HTTP
import WebSocket

/// What happens to the call, one at a time. The call learns of everything in this way, so that a list of events with their
/// times is enough to run it again.
public enum Event: Equatable, Sendable {
    /// The first command may go out; nothing else is ready yet.
    case start
    /// What calls wait with; nil where there is no memory to keep it in.
    case silence(Handset.Silence?)
    /// What a call before this one left of the dialog, for the same caller.
    case memory(DialogMemory)
    /// Something is wrong with the installation; Asterisk's own log is to hold it.
    case warning(String)
    /// The service may be used; `refusal` says why it may not.
    case connect(refusal: Ending?)
    /// Asterisk answered.
    case reply(Reply)
    /// Asterisk closed the pipe, or does not read it.
    case pipeEnded
    /// SIGHUP: the caller is gone.
    case hangup
    /// SIGTERM, SIGINT: somebody wants this program to go.
    case terminate
    case token(TokenState)
    case response(Purpose, Result<Response, Failure>)
    case errand(Errand.Kind, Errand.Event)
    /// A webhook wants the prompt to stop.
    case stopPrompt
    case socket(SocketEvent)
    /// The socket broke before this key was written. The first of several comes first.
    case unsent(DTMF)
    /// The same of an input of an endpoint.
    case unsentInput(Int)
    /// Without a sound: there is nothing to hear, or it is lost.
    case prepared(Playlist.ID, Playlist.Sound?, Loss? = nil)
    /// Asterisk has read so many of the commands that were sent, and everything that it said before was received.
    case read(Int)
    /// The caller began to speak.
    case speechBegan
    /// He has spoken for so long by now that it is more than a cough.
    case speechIsSure
    /// All that a recogniser which listens to him has understood of what he is saying. `isFinal`: it will not change.
    case words(String, isFinal: Bool)
    /// The caller pauses after this, 16 kHz; and goes on after all.
    case speechPauses([Int16])
    case speechGoesOn
    /// What the caller said, 16 kHz.
    case speech([Int16])
    /// Whether a dialog request may be made.
    case slot(isTaken: Bool)
    /// A deadline may have passed.
    case tick
}

/// What a request is for.
public enum Purpose: String, Sendable {
    case token
    case session
    case recognition
    case dialog
    /// An input of an endpoint by REST.
    case input
}
