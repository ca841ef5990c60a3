/// One thing that a flow wants done. Steps are carried out in the order of `FlowOutput.steps`.
public enum FlowStep: Equatable, Sendable {
    /// To speak a text `loops` times; 0 is for ever. Markup is SSML, see `Markup`.
    case say(String, isMarkup: Bool, loops: Int)
    /// To play sounds one after the other, all of them `loops` times; 0 is for ever. `instead` is to be spoken where a
    /// sound cannot be had. The addresses are as the flow wrote them: nobody has looked at their scheme and host.
    case play([String], loops: Int, instead: String?)
    /// To stop what plays, and to forget what waits behind it.
    case stopPlaying
    /// To end the call: at once, or after all that the caller has still to hear.
    case hangUp(reason: String?, isImmediate: Bool)
    case transfer(Transfer)
    /// To send keys to the caller's side: 0-9, A-D, * and #.
    case sendDigits(String, each: Duration)
    /// To send a request in the caller's SIP dialog: INFO, MESSAGE or NOTIFY.
    case sipRequest(method: String, headers: [String: String], body: String?)
    case configure(SessionConfig)
    /// Answers that the caller may choose by a key, the first by 1.
    case menu([MenuItem])
    /// A command that this program cannot carry out, by its name.
    case impossible(String)
    /// Something that cannot be used, in words for the log. It holds no text that the flow says.
    case malformed(String)
}
