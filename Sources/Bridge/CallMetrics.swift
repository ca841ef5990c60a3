import AGI
import Call
import Cognigy
import Configuration
import Counters
import Digests
import JSON
import Report
import State
import System
import Text

/// Writes the lines of one call into the metrics, and counts them for Prometheus. `MetricsField` says what the fields mean.
struct CallMetrics {
    /// nil: there are none.
    private let metrics: Metrics?
    private let counters: CounterFile?
    private var counts = Counts()
    /// Who calls.
    private let user: String
    /// As Asterisk names the call.
    private let call: String?
    private let service: String

    /// `seed` is the call's. nil: neither is wished.
    init?(
        _ settings: Settings, for kind: CallLoop.Kind, environment: AGI.Environment, seed: UInt64, folder: StateFolder?,
        log: Log
    ) {
        if settings.paths.metrics == nil, !settings.paths.counters { return nil }
        metrics = settings.paths.metrics.map { Metrics(path: $0, log: log) }
        counters =
            settings.paths.counters
            ? folder.map { CounterFile(folder: $0) { [log] in log.write(.warning, $0) } } : nil
        user = metrics == nil ? "" : Self.user(settings, environment, seed: seed)
        call = environment.uniqueID
        service = kind.service(settings)
    }

    /// A number is in no line unless that is wished. Behind an endpoint the caller has the name that Cognigy knows, so that a
    /// number is nowhere where Cognigy is not to be told of it; but where Cognigy is told the number itself, a hash of it.
    static func user(_ settings: Settings, _ environment: AGI.Environment, seed: UInt64) -> String {
        let hides = !settings.paths.metricsNumbers
        if let endpoint = settings.cognigy.endpoint {
            var random = SplitMix(seed: seed)
            let kind = hides && settings.cognigy.userID == .caller ? .hashed : settings.cognigy.userID
            return Endpoint.Parties(settings, endpoint, environment, &random, as: kind).userID
        }
        guard let number = environment.callerID, hides else { return environment.callerID ?? "" }
        // The secret keeps others from trying all numbers.
        let secrets = [settings.cognigy.clientSecret, settings.cognigy.apiKey ?? Secret("")].map { $0.reveal() }
        return Fingerprint.short(of: secrets + [number])
    }

    mutating func note(_ turn: TurnMetrics, session: String?) {
        append([
            .eventType: .string(turn.eventType), .session: Self.text(session), .intent: Self.text(turn.intent),
            .confidence: turn.confidence.map { .number($0) } ?? .null, .endOfTurn: Self.milliseconds(turn.endOfTurn),
            .recognition: Self.milliseconds(turn.recognition), .synthesis: Self.milliseconds(turn.synthesis),
            .dialog: Self.milliseconds(turn.dialog), .firstSound: Self.milliseconds(turn.firstSound),
            .audioBytes: .integer(turn.audioBytes),
        ])
    }

    /// The call is over.
    mutating func note(_ summary: CallSummary, of machine: borrowing CallMachine, _ ending: Ending, at now: Duration) {
        append([
            .eventType: "call", .session: Self.text(summary.sessionID), .service: .string(service),
            .status: .string(ending.status.rawValue),
            .reason: .string(ending.reason), .length: Self.milliseconds(summary.length(at: now)),
            .setup: Self.milliseconds(summary.setup), .token: Self.milliseconds(summary.token),
            .sessionTime: Self.milliseconds(summary.session), .socket: Self.milliseconds(summary.socket),
            .firstSound: Self.milliseconds(summary.firstSound), .keys: .integer(machine.keys),
            .prompts: .integer(summary.prompts), .interruptions: .integer(machine.interruptions),
            .turns: machine.turns.map { .integer($0) } ?? .null, .reconnects: .integer(summary.reconnects),
            .retries: .integer(summary.retries),
        ])
        counters?.add(counts)
    }

    private mutating func append(_ fields: [MetricsField: JSON]) {
        if counters != nil { counts.add(fields) }
        guard let metrics else { return }
        var members: [String: JSON] = [
            MetricsField.timestamp.rawValue: .string(Timestamp.text(WallClock.now())),
            MetricsField.user.rawValue: .string(user), MetricsField.call.rawValue: Self.text(call),
        ]
        for (field, value) in fields { members[field.rawValue] = value }
        metrics.append(members)
    }

    private static func text(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    private static func milliseconds(_ duration: Duration?) -> JSON {
        duration.map { .number(($0.inSeconds * 10_000).rounded() / 10) } ?? .null
    }
}

extension CallLoop.Kind {
    /// Who answers the caller, in the metrics.
    fileprivate func service(_ settings: Settings) -> String {
        switch self {
        case .handoff: "handoff"
        case .bridge, .voice: settings.cognigy.endpoint != nil ? "endpoint" : role == .voice ? "dialog" : "voice_api"
        }
    }
}
