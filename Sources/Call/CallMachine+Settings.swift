import AGI
import Configuration
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
        let rules = Rules(
            handset: Handset.Rules(settings, environment), replyTimeout: settings.call.replyTimeout,
            lateReplies: settings.call.lateReplies, idleTimeout: settings.call.idleTimeout,
            farewell: Farewell(settings),
            errands: Errand.Credentials(settings, base: base), handoff: Rules.Handoff(settings.handoff),
            tellsInterruptions: settings.bargeIn.api, seed: random.next())
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

extension Handset.Rules {
    init(_ settings: Settings, _ environment: AGI.Environment) {
        // What holds if this program dies before it says something else.
        let variables: [Command.Assignment] = [
            Command.Assignment(.status, Ending.Status.error.rawValue), Command.Assignment(.reason, "unfinished"),
        ]
        // The function exists on PJSIP channels only.
        let setsMode = settings.call.dtmfMode != .none && environment["type"] == "PJSIP"
        self.init(
            answer: settings.call.answer, dtmfMode: setsMode ? settings.call.dtmfMode.rawValue : nil,
            bargeIn: settings.call.bargeIn, waitPrompt: settings.call.waitPrompt, variables: variables,
            cleared: [.transferTarget])
    }
}

extension Errand.Credentials {
    init(_ settings: Settings, base: Location) {
        self.init(
            base: base, clientID: settings.cognigy.clientID, clientSecret: settings.cognigy.clientSecret.reveal())
    }
}

extension CallMachine.Rules.Handoff {
    init(_ handoff: Settings.Handoff) {
        self.init(queue: handoff.queue, type: handoff.transferType, lockWait: handoff.lockWait)
    }
}

extension Speaker.Voice {
    init(_ settings: Settings) {
        let speech = settings.speech
        let service = speech.ttsURL.flatMap { Location($0) }
            .map { Speaker.Voice.service(url: $0, key: speech.ttsKey?.reveal(), name: speech.ttsVoice) }
        let command = speech.ttsCommand.map { Speaker.Voice.command($0) }
        self =
            switch speech.tts {
            case .auto: service ?? command ?? .machine(locale: settings.locale)
            case .http: service ?? .none
            case .command: command ?? .none
            case .none: .none
            }
    }
}

extension Farewell {
    init(_ settings: Settings) {
        self.init(
            fallbackPrompt: settings.call.fallbackPrompt, hangsUpAtEnd: settings.call.onEnd == .hangup,
            hangsUpOnFailure: settings.call.onFailure == .hangup)
        // ast_explicit_goto() of SET PRIORITY comes last: it takes what the other two have set.
        if let context = settings.handoff.context {
            destination = [.setContext(context)]
            if let exten = settings.handoff.exten { destination.append(.setExtension(exten)) }
            destination.append(.setPriority(String(settings.handoff.priority ?? 1)))
        }
    }
}
