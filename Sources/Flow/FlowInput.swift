/// Something that happened at the telephone, for a flow.
public enum FlowInput: Equatable, Sendable {
    public enum Party: String, Sendable {
        case bot, caller
    }

    /// The call has begun. It makes the flow greet.
    case callCreated
    /// Keys. Where they chose an answer of a menu, the flow reads its payload as the text.
    case digits(String, payload: String? = nil)
    case speech(String, confidence: Double?, language: String?)
    /// The caller has said nothing for too long. `digits` are keys that were too few for an input.
    case noInput(digits: String?)
    /// A transfer is over. `cause` is one word for how, such as BUSY.
    case transferred(Transfer.Kind, succeeded: Bool, cause: String)
    case callCompleted(by: Party, seconds: Int)
    /// A text without an event.
    case text(String)

    /// nil where the dialect has no word for it.
    public func message(_ facts: CallFacts, in dialect: InputDialect) -> FlowMessage? {
        switch dialect {
        case .voicegateway: voiceGatewayMessage(facts)
        case .vier: vierMessage(facts)
        case .plain: plainMessage
        }
    }

    /// The text that a flow reads; empty for what is only an event.
    var text: String {
        switch self {
        case .digits(let digits, let payload): payload ?? digits
        case .speech(let text, _, _), .text(let text): text
        case .callCreated, .noInput, .transferred, .callCompleted: ""
        }
    }

    private var plainMessage: FlowMessage? {
        switch self {
        case .callCreated, .digits, .speech, .text: FlowMessage(text: text)
        case .noInput, .transferred, .callCompleted: nil
        }
    }
}
