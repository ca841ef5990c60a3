import AGI
import Call
import Configuration
import Errands
import HTTP

extension HandoffMachine {
    /// The machine as it is configured; `sessionID` empty is the channel's.
    init(
        _ settings: Settings, base: Location, environment: AGI.Environment, queue: String, sessionID: String,
        variables: [String: String]
    ) {
        var random = SystemRandomNumberGenerator()
        var rules = Rules(
            credentials: Errand.Credentials(settings, base: base),
            transfer: HandoffErrand.Plan(
                sessionID: sessionID, queue: queue, type: settings.handoff.transferType,
                variables: variables.mapValues { .string($0) }, lockWait: settings.handoff.lockWait))
        rules.handset = Handset.Rules(settings, environment)
        rules.farewell = Farewell(settings)
        self.init(rules, marker: String(random.next(), radix: 36) + " ", seed: random.next())
    }
}
