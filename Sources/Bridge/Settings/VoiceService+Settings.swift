import AGI
import Call
import Cognigy
import Configuration
import HTTP

extension VoiceService {
    init(
        _ settings: Settings, base: Location, environment: AGI.Environment,
        _ random: inout SplitMix
    ) {
        let plan = Uplink.Plan(
            base: base, clientID: settings.cognigy.clientID, clientSecret: settings.cognigy.clientSecret.reveal(),
            flowID: settings.cognigy.flowID, uniqueID: VoiceService.sessionName(environment, &random),
            caller: environment.callerID ?? "", locale: settings.locale, setupTimeout: settings.call.setupTimeout,
            pingInterval: settings.call.pingInterval, reconnectAttempts: settings.call.reconnectAttempts)
        var rules = Rules()
        rules.replyTimeout = settings.call.replyTimeout
        rules.lateReplies = settings.call.lateReplies
        self.init(rules, uplink: Uplink(plan))
    }

    /// What the service is to call the session: the call's own id, by which it is found, and something that no other
    /// PBX has. Without a systemname two of them that were restarted together have the same ids.
    static func sessionName(
        _ environment: AGI.Environment, _ random: inout SplitMix
    ) -> String {
        let some = String(random.next() % 2_821_109_907_456, radix: 36)
        return "\(environment.uniqueID ?? "call")-\(String(repeating: "0", count: 8 - some.count))\(some)"
    }
}
