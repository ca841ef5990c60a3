import AGI
import Configuration
import HTTP

extension CallMachine {
    /// The machine of a call as it is configured.
    init(_ settings: Settings, base: Location, environment: AGI.Environment) {
        var random = SystemRandomNumberGenerator()
        let plan = Uplink.Plan(
            base: base, clientID: settings.cognigy.clientID, clientSecret: settings.cognigy.clientSecret.reveal(),
            flowID: settings.cognigy.flowID, uniqueID: environment.uniqueID ?? "\(random.next())",
            caller: environment.callerID ?? "", locale: settings.locale, setupTimeout: settings.call.setupTimeout,
            pingInterval: settings.call.pingInterval, reconnectAttempts: settings.call.reconnectAttempts)
        // The function exists on PJSIP channels only.
        let setsMode = settings.call.dtmfMode != .none && environment["type"] == "PJSIP"
        let rules = Rules(
            handset: Handset.Rules(
                answer: settings.call.answer,
                dtmfMode: setsMode ? settings.call.dtmfMode.rawValue : nil,
                bargeIn: settings.call.bargeIn, waitPrompt: settings.call.waitPrompt),
            replyTimeout: settings.call.replyTimeout, idleTimeout: settings.call.idleTimeout,
            farewell: Farewell(settings))
        self.init(
            rules, uplink: Uplink(plan, seed: random.next()), marker: String(random.next(), radix: 36) + " ")
    }
}

extension Speaker.Voice {
    init(_ speech: Settings.Speech) {
        let service = speech.ttsURL.flatMap { Location($0) }
            .map { Speaker.Voice.service(url: $0, key: speech.ttsKey?.reveal(), name: speech.ttsVoice) }
        let command = speech.ttsCommand.map { Speaker.Voice.command($0) }
        self =
            switch speech.tts {
            case .auto: service ?? command ?? .none
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
    }
}
