import Errands
import AGI
import Cognigy
import HTTP
import Text
import WebSocket

/// What the call wants done. Effects are done in the order in which they are given.
public enum Effect: Equatable, Sendable {
    /// `isSensitive`: what the service says in it may not be written down.
    case send(Command, isSensitive: Bool = false)
    /// Look for a token; `rejected` is one that the service refused. `alone`: whatever another process is doing.
    case findToken(rejected: String?, alone: Bool = false)
    case storeToken(Token.Grant)
    /// No token was to be had: let another process try.
    case releaseToken
    case request(Purpose, Request)
    /// Nobody awaits the answer any more.
    case cancel(Purpose)
    /// Of a handoff or a barge-in, each with a token of its own.
    case errand(Errand.Kind, Errand.Wish)
    case openSocket
    case upgrade(path: String, headers: [Header])
    case sendKey(DTMF)
    /// A text on the socket. One that carries an input has the input's number: where it was not written, the call is told.
    /// `isSensitive`: it repeats what may not be written down.
    case sendText(String, input: Int? = nil, isSensitive: Bool = false)
    case sendPing
    case closeSocket(CloseCode)
    case abandonSocket
    /// Make something of this that Asterisk can play.
    case prepare(Playlist.ID, PromptOrder)
    /// The sound is not needed any more.
    case discard(Playlist.ID)
    /// The session has a name, by which a webhook may ask for it.
    case sessionBegan(String)
    case serviceWorks
    case serviceFails
    /// The set-up ended without a verdict on the service.
    case serviceUnknown
    case turn(TurnMetrics)
    /// Something was said, for the transcript.
    case remark(Remark)
    /// Take one of the places for dialog requests that all calls share; give it back.
    case takeSlot
    case releaseSlot
    /// So that the same caller's next call goes on from here.
    case saveDialog(DialogMemory)
    case forgetDialog
    case log(LogLevel, String)
    /// The caller's voice is sampled so often a second: it can be listened to from now on.
    case listen(rate: Int)
    /// So much silence ends what he says, from now on until he has finished.
    case endSpeech(after: Duration)
    /// A recogniser is to hear what the caller says from the beginning of this utterance on, and its `words` are events.
    case followSpeech(Recognizer.Options)
    /// He has finished, with this: the recogniser is to say what it was, as if it had been asked by a request. One that has
    /// not heard all of it is given the samples.
    case transcribe([Int16], Recognizer.Options, within: Duration)
    case finish
}
