import CGI
import Cognigy
import Configuration
import JSON
import State
import System

/// POST /webhook/cognigy/barge-in: the caller of a session interrupts a prompt. What this machine plays to him stops,
/// the service is told, and the sender has an answer in time.
package struct WebhookHandler {
    package static let path = "/webhook/cognigy/barge-in"

    /// What is left of the deadline for the answer itself.
    private static let reserve = Duration.milliseconds(200)

    private struct Refusal: Error {
        let status: Int
        let text: String

        var reply: Reply { .json(status, BargeIn.error(text).serialized) }
    }

    private let request: Request
    private let environment: [String: String]
    private let began: Duration
    private let report: (String) -> Void

    package init(
        _ request: Request, _ environment: [String: String], began: Duration, report: @escaping (String) -> Void
    ) {
        self.request = request
        self.environment = environment
        self.began = began
        self.report = report
    }

    package func answer(_ signals: consuming Signals) -> Reply {
        do throws(Refusal) { return try process(signals) } catch { return error.reply }
    }

    private func process(_ signals: consuming Signals) throws(Refusal) -> Reply {
        let settings = Result { () throws(ConfigurationError) in
            try Settings.load(environment: environment, arguments: [], for: .bargeIn)
        }
        // Whatever else is wrong: for a program that ends before it has taken the body, fcgiwrap answers 502.
        let body = try body(within: (try? settings.get())?.bargeIn.deadline ?? .seconds(3))
        if !request.isJSON { throw Refusal(status: 415, text: "the body's type is not application/json") }
        switch settings {
        case .success(let settings): return try process(body, settings, signals)
        case .failure(let error): throw broken("\(error)")
        }
    }

    private func process(
        _ body: [UInt8], _ settings: Settings, _ signals: consuming Signals
    ) throws(Refusal) -> Reply {
        let log = Log(target: settings.paths.log, level: settings.paths.logLevel)
        log.callID = "webhook"
        let loop: ErrandRunner
        do { loop = try ErrandRunner(settings, signals: signals, log: log) } catch {
            throw broken("\(error)")
        }
        if let problem = loop.folderProblem { report(problem) }
        if try !isNew(body, settings, loop) {
            log.write(.info, "a webhook came again")
            return .json(200, BargeIn.repeated.serialized)
        }
        let webhook: BargeIn
        do throws(BargeIn.Refusal) { webhook = try BargeIn(parsing: body) } catch {
            throw Refusal(status: 422, text: "\(error)")
        }
        return carryOut(webhook, settings, loop, log)
    }

    /// The operator reads it in the web server's log; the sender is told that it is not his fault.
    private func broken(_ why: String) -> Refusal {
        report(why)
        return Refusal(status: 500, text: "the bridge is not configured")
    }

    /// A slow sender has most of the time, so that something of it is left for the service.
    private func body(within deadline: Duration) throws(Refusal) -> [UInt8] {
        do throws(Body.Refusal) {
            return try Body.read(request, within: min(deadline * (2.0 / 3), left(of: deadline)))
        } catch {
            throw Refusal(status: error.status, text: "\(error)")
        }
    }

    /// Of the deadline, but for the answer.
    private func left(of deadline: Duration) -> Duration {
        began + deadline - WebhookHandler.reserve - MonotonicClock.now()
    }

    /// Whether a webhook whose sender knows the secret came for the first time.
    private func isNew(_ body: [UInt8], _ settings: Settings, _ loop: ErrandRunner) throws(Refusal) -> Bool {
        guard let secret = settings.bargeIn.secret else { return true }
        guard let signature = Signature(secret: secret.reveal()) else {
            throw broken("[barge_in] secret: what follows whsec_ is no base 64; copy it again")
        }
        let now = WallClock.now()
        let why: String
        switch signature.verdict(on: request, body: body, now: now) {
        case .good(let id):
            switch SeenWebhooks(folder: loop.folder).see(id, now: now) {
            case .new: return true
            case .replayed: return false
            case .unknown(let why): throw broken("whether a webhook came before cannot be told: \(why)")
            }
        case .missing: why = "webhook-id, webhook-timestamp or webhook-signature is missing"
        case .malformed: why = "a header of the signature is malformed"
        case .old: why = "webhook-timestamp is more than 5 minutes off"
        case .wrong: why = "the signature is wrong"
        }
        throw Refusal(status: 401, text: why)
    }

    private func carryOut(_ webhook: BargeIn, _ settings: Settings, _ loop: ErrandRunner, _ log: Log) -> Reply {
        // First what the caller hears.
        let isHere = ControlSocket.stop(folder: loop.folder, session: webhook.sessionID)
        let isSure = webhook.confidence >= settings.bargeIn.threshold
        let outcome = loop.interrupt(
            webhook.sessionID, steps: isSure ? [.stop, .reset] : [.stop], confidence: webhook.confidence,
            within: left(of: settings.bargeIn.deadline))
        loop.sweep()
        let found = isHere ? "its prompt stops" : "no call here"
        let told = outcome.isDelivered ? "told" : "not told: \(outcome.why)"
        log.write(outcome.isDelivered ? .info : .notice, "\(webhook.sessionID): \(found), \(told)")
        if outcome.isDelivered {
            let body = BargeIn.processed(
                abort: outcome.stop ?? [:], state: isSure ? outcome.reset ?? [:] : BargeIn.ignored)
            return .json(200, body.serialized)
        }
        if outcome.mayBeDeliveredLater { keep(webhook, outcome.left, loop, log) }
        return .json(502, (outcome.reason.map { BargeIn.error($0) } ?? BargeIn.error("Network failure")).serialized)
    }

    private func keep(_ webhook: BargeIn, _ steps: [BargeIn.Step], _ loop: ErrandRunner, _ log: Log) {
        let letter = DeadLetter(
            sessionID: webhook.sessionID, steps: steps, confidence: webhook.confidence, time: WallClock.now())
        switch DeadLetters(folder: loop.folder).add(letter) {
        case .kept: log.write(.notice, "\(webhook.sessionID): kept for cognigy-bridge barge-in --retry")
        case .keptInPlaceOf(let count): log.write(.warning, "\(count) dead letters made room for a new one")
        case .lost(let why):
            log.write(.error, "an interruption is lost: \(why)")
            report("an interruption is lost: \(why)")
        }
    }
}
