import AGI
import Call
import Cognigy
import Configuration
import Errands
import HTTP

extension CallMachine {
    /// The machine of a call as it is configured, with the service that answers this kind of call.
    init(
        _ settings: Settings, for kind: CallLoop.Kind, base: Location, environment: AGI.Environment, seed: UInt64,
        wallClock: Double
    ) throws(CallLoop.Refusal) {
        var random = SplitMix(seed: seed)
        var rules = Rules()
        rules.handset = Handset.Rules(settings, environment)
        rules.farewell = Farewell(settings)
        rules.isTranscribed = settings.paths.transcript != nil
        let service: any Service
        switch kind {
        case .bridge where settings.cognigy.endpoint != nil, .voice where settings.cognigy.endpoint != nil:
            let hears = kind.role == .voice
            guard let endpoint = settings.cognigy.endpoint,
                let flow = EndpointService(
                    settings, endpoint, base: base, environment: environment, hears: hears, wallClock: wallClock,
                    &random)
            else { throw .badSpeechURL }
            rules.handset.cleared.append(.sessionID)
            if hears {
                rules.handset.asksFor = "EAGI_AUDIO_FORMAT"
                rules.hears = true
            }
            // Only the answer holds what the flow is told of the call, and how fast the voice is sampled.
            if hears || !settings.sipHeaders.isEmpty { rules.firstAnswer = .seconds(10) }
            rules.handset.headers = settings.sipHeaders
            rules.handset.headerFunction = environment["type"].flatMap { HeaderFunction(channelType: $0) }
            if let routine = settings.handoff.routine { rules.handset.transferContext = routine }
            rules.idleTimeout = settings.call.idleTimeout
            rules.lookInterval = settings.call.pingInterval
            service = flow
        case .bridge:
            rules.errands = Errand.Credentials(settings, base: base)
            // A session that an earlier program left is not this call's.
            rules.handset.cleared.append(.sessionID)
            rules.idleTimeout = settings.call.idleTimeout
            rules.lookInterval = settings.call.pingInterval
            rules.handoff = Rules.Handoff(settings.handoff)
            rules.tellsInterruptions = settings.bargeIn.api
            service = VoiceService(settings, base: base, environment: environment, &random)
        case .voice:
            guard let dialogs = DialogService(settings, base: base, environment: environment, &random) else {
                throw .badSpeechURL
            }
            rules.handset.asksFor = "EAGI_AUDIO_FORMAT"
            rules.hears = true
            rules.endsUnheard = false
            // A busy Asterisk may need seconds, and only its answer says how fast the voice is sampled.
            rules.firstAnswer = .seconds(10)
            rules.idleTimeout = settings.call.idleTimeout
            rules.lookInterval = settings.call.pingInterval
            service = dialogs
        case .handoff(let queue, let sessionID, let variables):
            rules.errands = Errand.Credentials(settings, base: base)
            rules.handset.asksFor = "COGNIGY_SESSION_ID"
            // Only the answer names the session of the call before.
            if sessionID.isEmpty { rules.firstAnswer = .seconds(10) }
            service = EarlierSession(
                HandoffErrand.Plan(
                    sessionID: sessionID, queue: queue, type: settings.handoff.transferType,
                    variables: variables.mapValues { .string($0) }, lockWait: settings.handoff.lockWait))
        }
        self.init(rules, service: service, marker: String(random.next(), radix: 36) + " ", seed: random.next())
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
