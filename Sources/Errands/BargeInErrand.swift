import Cognigy
import HTTP
import JSON

/// What the service is told when a caller interrupts it: stop speaking, and begin anew. Pure.
public struct BargeInErrand {
    public typealias Step = BargeIn.Step

    public struct Plan: Sendable {
        var sessionID: String
        var steps: [Step] = [.stop, .reset]
        var confidence = 1.0
        /// How long the whole of it may take.
        var deadline = Duration.seconds(3)

        public init(
            sessionID: String, steps: [Step] = [.stop, .reset], confidence: Double = 1,
            deadline: Duration = .seconds(3)
        ) {
            self.sessionID = sessionID
            self.steps = steps
            self.confidence = confidence
            self.deadline = deadline
        }
    }

    public enum News: Equatable {
        /// What the service answered.
        case did(Step, JSON)
        case over
        /// These steps are left to do; nil: there was no answer in time.
        case failed(Retry.Reason?, left: [Step])
    }

    public static var kind: Errand.Kind { .bargeIn }

    let plan: Plan
    private let base: Location
    private var errand: Errand
    private var left: [Step]
    private var deadline = Duration.zero

    public init(_ plan: Plan, credentials: Errand.Credentials, seed: UInt64) {
        self.plan = plan
        base = credentials.base
        left = plan.steps
        errand = Errand(BargeInErrand.kind, credentials, seed: seed)
    }

    public var next: Duration? { errand.next }

    public mutating func begin(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        deadline = now + plan.deadline
        ask(now, &wishes)
    }

    private mutating func ask(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        guard let step = left.first else { return }
        let (base, plan) = (base, plan)
        errand.ask(by: .bargeIn, until: deadline, now, &wishes) { token in
            switch step {
            case .stop: BargeIn.stop(base: base, token: token, sessionID: plan.sessionID)
            case .reset:
                BargeIn.reset(base: base, token: token, sessionID: plan.sessionID, confidence: plan.confidence)
            }
        }
    }

    public mutating func handle(
        _ event: Errand.Event, _ now: Duration, wallClock: Double, _ wishes: inout [Errand.Wish]
    ) -> [News] {
        heard(errand.handle(event, now, wallClock: wallClock, &wishes), now, &wishes)
    }

    /// Asks nothing any more.
    public mutating func stop(_ wishes: inout [Errand.Wish]) { errand.stop(&wishes) }

    /// A deadline may have passed.
    public mutating func due(_ now: Duration, _ wishes: inout [Errand.Wish]) -> [News] {
        heard(errand.due(now, &wishes), now, &wishes)
    }

    /// Why the service was not told, for whoever reads the log.
    public static func words(_ reason: Retry.Reason?) -> String {
        guard let reason else { return "no answer in time" }
        return switch reason {
        case .unauthorized: "\(Token.refused); check both"
        case .forbidden: "\(reason); the API client needs the scopes sessions:write and voice:control"
        case .rateLimited, .failed: "\(reason)"
        case .unreachable: "the service cannot be reached: \(reason)"
        }
    }

    private mutating func heard(
        _ outcome: Errand.Outcome?, _ now: Duration, _ wishes: inout [Errand.Wish]
    ) -> [News] {
        switch outcome {
        case nil: return []
        case .answer(let response):
            let did = News.did(left.removeFirst(), BargeIn.shown(response.body))
            ask(now, &wishes)
            return left.isEmpty ? [did, .over] : [did]
        case .refused(let reason, _): return [.failed(reason, left: left)]
        case .tooLate: return [.failed(nil, left: left)]
        }
    }
}
