import AGI
import Call
import Cognigy
import Configuration
import Digests
import Flow
import HTTP
import SocketIO
import Text

extension EndpointService {
    /// nil where stt_url is no address, although the caller's voice is to be heard.
    init?(
        _ settings: Settings, _ endpoint: Settings.Endpoint, base: Location, environment: AGI.Environment, hears: Bool,
        wallClock: Double, _ random: inout SplitMix
    ) {
        var rules = Rules()
        rules.replyTimeout = settings.call.replyTimeout
        rules.lateReplies = settings.call.lateReplies
        rules.dialect = InputDialect(settings.cognigy.inputDialect)
        rules.tellsEnd = settings.cognigy.callEvents
        rules.config = SessionConfig(settings.turns)
        rules.speaksMarkup = settings.speech.ttsSSML
        let voice = PromptMaker.Voice(settings)
        (rules.choosesVoice, rules.choosesLanguage) = (voice.takesName, voice.takesLanguage)
        rules.transfersByRoutine = settings.handoff.routine != nil
        if hears {
            guard let speech = SpeechToText.Rules(settings) else { return nil }
            rules.speech = speech
        }
        let parties = Endpoint.Parties(settings, endpoint, environment, &random)
        var facts = CallFacts(
            callSID: parties.sessionID, callID: parties.sessionID, from: environment.callerID ?? "",
            to: environment["dnid"] ?? environment["extension"] ?? "")
        facts.callerName = environment["calleridname"]
        facts.language = settings.locale
        facts.start = wallClock
        self.init(
            rules, facts: facts, endpoint: Endpoint(server: base, token: endpoint.token.reveal()), parties,
            Way(settings))
    }
}

extension Endpoint.Parties {
    /// The names of the caller and of the call in Cognigy, or with another `kind` elsewhere. They are the first that a call
    /// takes of `random`.
    init(
        _ settings: Settings, _ endpoint: Settings.Endpoint, _ environment: AGI.Environment, _ random: inout SplitMix,
        as kind: Settings.UserID? = nil
    ) {
        let plain = VoiceService.sessionName(environment, &random).filter(Self.isPlain)
        // Its end is what no other call has.
        let name = String(plain.suffix(Self.longestName))
        self.init(userID: Self.userID(kind ?? settings.cognigy.userID, environment, endpoint, name), sessionID: name)
    }

    /// A channel that somebody else named may have a longer one; `Endpoint.isUsable` takes 128 bytes, "asterisk-" included.
    private static let longestName = 100

    /// Ids of letters, digits and . _ - are read alike by everyone, however often they were percent-encoded.
    private static func isPlain(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
    }

    private static func userID(
        _ kind: Settings.UserID, _ environment: AGI.Environment, _ endpoint: Settings.Endpoint, _ name: String
    ) -> String {
        // "anonymous" and "000" are everybody who withholds a number.
        let number = environment.callerID.flatMap { $0.contains { "123456789".contains($0) } ? $0 : nil } ?? ""
        let plain = String(number.filter(isPlain).prefix(64))
        switch kind {
        case .caller where !plain.isEmpty: return plain
        // The token keeps others from trying all numbers.
        case .hashed where !plain.isEmpty:
            return Fingerprint.short(of: [endpoint.token.reveal(), plain])
        case .caller, .hashed, .random: return "asterisk-\(name)"
        }
    }
}

extension EndpointService.Way {
    init(_ settings: Settings) {
        switch settings.cognigy.surface {
        case .socketio:
            self = .socket(
                version: settings.cognigy.engineIO == 4 ? .four : .three, isTest: settings.cognigy.testMode,
                setupTimeout: settings.call.setupTimeout, reconnectAttempts: settings.call.reconnectAttempts)
        case .rest:
            self = .rest(
                isTest: settings.cognigy.testMode,
                patience: settings.call.replyTimeout * settings.call.lateReplies)
        }
    }
}

extension InputDialect {
    init(_ dialect: Settings.InputDialect) {
        switch dialect {
        case .voicegateway: self = .voicegateway
        case .vier: self = .vier
        case .plain: self = .plain
        }
    }
}

extension SessionConfig {
    init(_ turns: Settings.Turns) {
        self.init()
        digits = Digits(
            least: turns.minDigits > 1 ? turns.minDigits : nil, most: turns.maxDigits > 1 ? turns.maxDigits : nil,
            submit: turns.submitDigit, gap: turns.digitGap)
        noInput = NoInput(
            isOn: turns.noInput != .off && turns.noInputTimeout != nil, mode: NoInputMode(turns.noInput),
            timeout: turns.noInputTimeout ?? .seconds(10), retries: turns.noInputRetries, speech: turns.noInputText,
            url: turns.noInputSound)
        flowNoInput = NoInput(
            isOn: turns.fillerAfter != nil, mode: turns.fillerSound == nil ? .speech : .play,
            timeout: turns.fillerAfter ?? .seconds(3), retries: turns.fillerRepeats, speech: turns.fillerText,
            url: turns.fillerSound)
    }
}

extension SessionConfig.NoInputMode {
    fileprivate init(_ silence: Settings.Silence) {
        switch silence {
        case .event, .off: self = .event
        case .speech: self = .speech
        case .play: self = .play
        }
    }
}
