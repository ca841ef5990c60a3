import CGI
import Cognigy
import Configuration
import JSON
import State
import System

/// Answers POST /webhook/cognigy/barge-in: the caller of a session interrupts a prompt. The handler checks the sender, stops
/// the prompt on this machine, tells the service, and answers within the deadline of the configuration.
public struct WebhookHandler {
    public static let path = "/webhook/cognigy/barge-in"

    /// The part of the deadline that is kept for writing the answer.
    private static let reserve = Duration.milliseconds(200)

    private let request: Request
    private let began: Duration
    private let wallClock: () -> Double
    private let report: (String) -> Void

    /// `began` is when the program started; the deadline counts from there. `report` tells the operator, in the web
    /// server's log.
    public init(
        _ request: Request, began: Duration, wallClock: @escaping () -> Double = WallClock.now,
        report: @escaping (String) -> Void
    ) {
        self.request = request
        self.began = began
        self.wallClock = wallClock
        self.report = report
    }

    /// Reads the body from standard input and does what it asks for.
    public func answer(
        _ settings: Result<Settings, ConfigurationError>, _ signals: consuming Signals
    ) throws(WebRefusal) -> Reply {
        // Read the body even if the request is refused: fcgiwrap answers 502 for a program that ends without reading it.
        let body = try body(within: (try? settings.get())?.bargeIn.deadline ?? .seconds(3))
        if !request.isJSON { throw WebRefusal(415, "the body's type is not application/json") }
        switch settings {
        case .success(let settings):
            let log = Log(settings, about: "webhook")
            let runner: ErrandRunner
            do { runner = try ErrandRunner(settings, signals: signals, log: log) } catch {
                throw broken("\(error)")
            }
            if let problem = runner.folderProblem { report(problem) }
            return try answer(body, settings, runner, log)
        case .failure(let error): throw broken("\(error)")
        }
    }

    /// Decides about a body that was read.
    func answer(
        _ body: [UInt8], _ settings: Settings, _ service: some InterruptionService, _ log: Log
    ) throws(WebRefusal) -> Reply {
        // Before the prompt is stopped, although a slow Redis lets it go on for up to timeout_ms more. A sender that missed our
        // answer sends again, perhaps to another machine, and by then the caller listens to the next prompt.
        if try !isNew(body, settings, service) {
            log.write(.info, "a webhook came again")
            return .json(200, BargeIn.repeated.serialized)
        }
        let webhook: BargeIn
        do throws(BargeIn.Refusal) { webhook = try BargeIn(parsing: body) } catch {
            throw WebRefusal(422, "\(error)")
        }
        return carryOut(webhook, settings, service, log)
    }

    /// Reports the reason to the operator and answers 500 without it.
    private func broken(_ why: String) -> WebRefusal {
        report(why)
        return .notConfigured
    }

    /// Reads the body for two thirds of the deadline at most, so that time is left for the service.
    private func body(within deadline: Duration) throws(WebRefusal) -> [UInt8] {
        do throws(Body.Refusal) {
            return try Body.read(request, within: min(deadline * (2.0 / 3), left(of: deadline)))
        } catch {
            throw WebRefusal(error.status, "\(error)")
        }
    }

    /// The time until the answer must be written.
    private func left(of deadline: Duration) -> Duration {
        began + deadline - WebhookHandler.reserve - MonotonicClock.now()
    }

    /// Checks the signature, if there is a secret. Returns false if the same webhook came before.
    private func isNew(
        _ body: [UInt8], _ settings: Settings, _ service: some InterruptionService
    ) throws(WebRefusal) -> Bool {
        guard let secret = settings.bargeIn.secret else { return true }
        guard let signature = Signature(secret: secret.reveal()) else {
            throw broken("[barge_in] secret: what follows whsec_ is no base 64; copy it again")
        }
        let now = wallClock()
        let why: String
        switch signature.verdict(on: request, body: body, now: now) {
        case .good(let id):
            switch service.see(id, now: now) {
            case .new: return true
            case .replayed: return false
            case .unknown(let why): throw broken("whether a webhook came before cannot be told: \(why)")
            }
        case .missing: why = "webhook-id, webhook-timestamp or webhook-signature is missing"
        case .malformed: why = "a header of the signature is malformed"
        case .old: why = "webhook-timestamp is more than 5 minutes off"
        case .wrong: why = "the signature is wrong"
        }
        throw WebRefusal(401, why)
    }

    private func carryOut(
        _ webhook: BargeIn, _ settings: Settings, _ service: some InterruptionService, _ log: Log
    ) -> Reply {
        // Stop the prompt first, because the caller hears it.
        let isHere = ControlSocket.stop(folder: service.folder, session: webhook.sessionID)
        let isElsewhere = !isHere && service.stopElsewhere(webhook.sessionID)
        let isSure = webhook.confidence >= settings.bargeIn.threshold
        let outcome = service.interrupt(
            webhook.sessionID, steps: isSure ? [.stop, .reset] : [.stop], confidence: webhook.confidence,
            within: left(of: settings.bargeIn.deadline))
        service.sweep()
        let found = isHere ? "its prompt stops" : isElsewhere ? "its prompt stops on another machine" : "no call here"
        let told = outcome.isDelivered ? "told" : "not told: \(outcome.why)"
        log.write(outcome.isDelivered ? .info : .notice, "\(webhook.sessionID): \(found), \(told)")
        if outcome.isDelivered {
            let body = BargeIn.processed(
                abort: outcome.stop ?? [:], state: isSure ? outcome.reset ?? [:] : BargeIn.ignored)
            return .json(200, body.serialized)
        }
        if outcome.mayBeDeliveredLater { keep(webhook, outcome.left, service.folder, log) }
        return .json(502, ErrorBody.json(outcome.reason).serialized)
    }

    private func keep(_ webhook: BargeIn, _ steps: [BargeIn.Step], _ folder: StateFolder?, _ log: Log) {
        let letter = DeadLetter(
            sessionID: webhook.sessionID, steps: steps, confidence: webhook.confidence, time: wallClock())
        switch DeadLetters(folder: folder).add(letter) {
        case .kept: log.write(.notice, "\(webhook.sessionID): kept for cognigy-bridge barge-in --retry")
        case .keptInPlaceOf(let count): log.write(.warning, "\(count) dead letters made room for a new one")
        case .lost(let why):
            log.write(.error, "an interruption is lost: \(why)")
            report("an interruption is lost: \(why)")
        }
    }
}
