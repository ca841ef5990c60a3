import AGI
import Call
import Cognigy
import Configuration
import HTTP

extension DialogService {
    /// nil where stt_url is no address.
    init?(
        _ settings: Settings, base: Location, environment: AGI.Environment,
        _ random: inout SplitMix
    ) {
        guard let speech = SpeechToText.Rules(settings) else { return nil }
        // "anonymous" and "000" are everybody who withholds a number.
        let caller = environment.callerID.flatMap { $0.contains { "123456789".contains($0) } ? $0 : nil }
        let plan = Conversation.Plan(
            base: base, key: settings.cognigy.apiKey?.reveal() ?? "", botID: settings.cognigy.botID ?? "",
            dialogID: settings.cognigy.dialogID ?? "",
            userID: caller ?? "asterisk-\(environment.uniqueID ?? String(random.next(), radix: 36))",
            speech: speech, replyTimeout: settings.call.replyTimeout)
        self.init(Conversation(plan))
    }
}
