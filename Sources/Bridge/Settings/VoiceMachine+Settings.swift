import AGI
import Call
import Cognigy
import Configuration
import HTTP

extension VoiceMachine {
    /// The machine of a spoken call as it is configured; nil where stt_url is none.
    init?(_ settings: Settings, base: Location, environment: AGI.Environment) {
        var random = SystemRandomNumberGenerator()
        guard let speech = settings.speech.sttURL.flatMap({ Location($0) }) else { return nil }
        // "anonymous" and "000" are everybody who withholds a number.
        let caller = environment.callerID.flatMap { $0.contains { "123456789".contains($0) } ? $0 : nil }
        let plan = Conversation.Plan(
            base: base, key: settings.cognigy.apiKey?.reveal() ?? "", botID: settings.cognigy.botID ?? "",
            dialogID: settings.cognigy.dialogID ?? "",
            userID: caller ?? "asterisk-\(environment.uniqueID ?? String(random.next(), radix: 36))",
            speech: speech, speechKey: settings.speech.sttKey?.reveal(),
            speechStyle: settings.speech.sttStyle == .raw ? .raw : .openAI(model: settings.speech.sttModel),
            replyTimeout: settings.call.replyTimeout)
        var rules = Rules()
        rules.handset = Handset.Rules(settings, environment)
        rules.idleTimeout = settings.call.idleTimeout
        rules.pingInterval = settings.call.pingInterval
        rules.farewell = Farewell(settings)
        self.init(
            rules, conversation: Conversation(plan, seed: random.next()), marker: String(random.next(), radix: 36) + " "
        )
    }
}
