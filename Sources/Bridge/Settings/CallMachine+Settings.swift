import AGI
import Call
import Configuration
import Errands
import HTTP

extension CallMachine {
    /// The machine of a call as it is configured.
    init(_ settings: Settings, base: Location, environment: AGI.Environment) {
        var random = SystemRandomNumberGenerator()
        let plan = Uplink.Plan(
            base: base, clientID: settings.cognigy.clientID, clientSecret: settings.cognigy.clientSecret.reveal(),
            flowID: settings.cognigy.flowID, uniqueID: CallMachine.sessionName(environment, &random),
            caller: environment.callerID ?? "", locale: settings.locale, setupTimeout: settings.call.setupTimeout,
            pingInterval: settings.call.pingInterval, reconnectAttempts: settings.call.reconnectAttempts)
        var rules = Rules()
        rules.handset = Handset.Rules(settings, environment)
        rules.replyTimeout = settings.call.replyTimeout
        rules.lateReplies = settings.call.lateReplies
        rules.idleTimeout = settings.call.idleTimeout
        rules.farewell = Farewell(settings)
        rules.errands = Errand.Credentials(settings, base: base)
        rules.handoff = Rules.Handoff(settings.handoff)
        rules.tellsInterruptions = settings.bargeIn.api
        rules.seed = random.next()
        self.init(
            rules, uplink: Uplink(plan, seed: random.next()), marker: String(random.next(), radix: 36) + " ")
    }

    /// What the service is to call the session: the call's own id, by which it is found, and something that no other
    /// PBX has. Without a systemname two of them that were restarted together have the same ids.
    private static func sessionName(
        _ environment: AGI.Environment, _ random: inout SystemRandomNumberGenerator
    ) -> String {
        let some = String(random.next() % 2_821_109_907_456, radix: 36)
        return "\(environment.uniqueID ?? "call")-\(String(repeating: "0", count: 8 - some.count))\(some)"
    }
}

extension CallMachine.Rules.Handoff {
    init(_ handoff: Settings.Handoff) {
        self.init()
        queue = handoff.queue
        type = handoff.transferType
        lockWait = handoff.lockWait
    }
}
