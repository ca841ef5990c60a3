import Cognigy
import HTTP
import JSON

/// Hands a session to an agent: looks at it, marks it with the queue, runs its flow. Pure. A handoff that stops halfway is
/// reported as half done.
public struct HandoffErrand {
    public struct Plan: Sendable {
        public var sessionID: String
        public var queue: String
        var type = "queue"
        /// What the agent is to know, beside what the session knows.
        var variables: [String: JSON] = [:]
        /// How long a flow that holds the session may take to let it go.
        var lockWait = Duration.seconds(30)
        /// Only look, and say what would be marked.
        var isDryRun = false

        public init(
            sessionID: String, queue: String, type: String = "queue", variables: [String: JSON] = [:],
            lockWait: Duration = .seconds(30), isDryRun: Bool = false
        ) {
            self.sessionID = sessionID
            self.queue = queue
            self.type = type
            self.variables = variables
            self.lockWait = lockWait
            self.isDryRun = isDryRun
        }
    }

    public enum Step: String, Sendable { case look, mark, run }

    public enum News: Equatable {
        /// A step is done.
        case did(Step)
        /// The session is held by a flow; it is asked again.
        case locked
        case over(HandoffResult)
        case failed(HandoffFailure)
    }

    private enum Stage: Equatable {
        case idle
        case looking
        case marking
        case running
        /// Until the flow lets the session go; then back to `Step`.
        case waiting(Step)
        case polling(Step)
        case over
    }

    /// How often a session that is held is looked at.
    static let pollInterval = Duration.seconds(2)
    /// How long the whole of it may take, beside the waits for a lock.
    static let longest = Duration.seconds(45)

    public static var kind: Errand.Kind { .handoff }

    let plan: Plan
    private let base: Location
    private var errand: Errand
    private var stage = Stage.idle
    private var variables: [String: JSON] = [:]
    private var deadline = Duration.zero
    private var lockedUntil: Duration?
    private var pollAt: Duration?

    public init(_ plan: Plan, credentials: Errand.Credentials, seed: UInt64) {
        self.plan = plan
        base = credentials.base
        errand = Errand(HandoffErrand.kind, credentials, seed: seed)
    }

    var isOver: Bool { stage == .over }
    /// Whether stopping now would leave the handoff half done.
    public var hasBegunToChange: Bool {
        switch stage {
        case .idle, .looking, .over: false
        // A session that is held while it is to be marked is not marked yet.
        case .waiting(let step), .polling(let step): step == .run
        case .marking, .running: true
        }
    }

    public var next: Duration? { [errand.next, pollAt].compactMap { $0 }.min() }

    public mutating func begin(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        deadline = now + HandoffErrand.longest
        stage = .looking
        look(now, &wishes)
    }

    public mutating func handle(
        _ event: Errand.Event, _ now: Duration, wallClock: Double, _ wishes: inout [Errand.Wish]
    ) -> [News] {
        heard(errand.handle(event, now, wallClock: wallClock, &wishes), now, &wishes)
    }

    /// Stops. The answer says what is half done, if anything is.
    public mutating func abandon(_ wishes: inout [Errand.Wish]) -> HandoffFailure? {
        let (isHalfDone, isMarked) = (hasBegunToChange, stage != .marking)
        errand.stop(&wishes)
        stage = .over
        pollAt = nil
        let why = "the call ended first"
        return isHalfDone ? isMarked ? .halfDone(why) : .uncertain(why) : nil
    }

    /// A deadline may have passed.
    public mutating func due(_ now: Duration, _ wishes: inout [Errand.Wish]) -> [News] {
        if let time = pollAt, now >= time, case .waiting(let step) = stage {
            pollAt = nil
            stage = .polling(step)
            look(now, &wishes)
            return []
        }
        return heard(errand.due(now, &wishes), now, &wishes)
    }

    // MARK: Steps

    private mutating func look(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        let (base, id) = (base, plan.sessionID)
        errand.ask(by: .handoff, until: deadline, now, &wishes) {
            Handoff.look(base: base, token: $0, sessionID: id)
        }
    }

    private mutating func mark(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        stage = .marking
        let (base, plan, variables) = (base, plan, variables)
        errand.ask(by: .handoff, until: deadline, now, &wishes) {
            Handoff.mark(
                base: base, token: $0, sessionID: plan.sessionID, existing: variables, adding: plan.variables,
                queue: plan.queue, type: plan.type)
        }
    }

    private mutating func run(_ now: Duration, _ wishes: inout [Errand.Wish]) {
        stage = .running
        let (base, id) = (base, plan.sessionID)
        errand.ask(by: .flow, until: deadline, now, &wishes) {
            Handoff.run(base: base, token: $0, sessionID: id)
        }
    }

    /// HTTP 409, or a session that says so itself: a flow holds it.
    private mutating func wait(for step: Step, _ now: Duration) -> [News] {
        let until = lockedUntil ?? now + plan.lockWait
        if lockedUntil == nil { deadline += plan.lockWait }
        lockedUntil = until
        if now + HandoffErrand.pollInterval > until {
            return fail(.locked(plan.lockWait), at: step)
        }
        stage = .waiting(step)
        pollAt = now + HandoffErrand.pollInterval
        return [.locked]
    }

    // MARK: Answers

    private mutating func heard(
        _ outcome: Errand.Outcome?, _ now: Duration, _ wishes: inout [Errand.Wish]
    ) -> [News] {
        let step: Step
        switch stage {
        case .looking: step = .look
        case .marking: step = .mark
        case .running: step = .run
        case .polling(let waiting): step = waiting
        case .idle, .waiting, .over: return []
        }
        switch outcome {
        case nil: return []
        case .answer(let response):
            do throws(ReplyRefusal) { return try answered(response.body, step, now, &wishes) } catch {
                return fail(.badReply("\(error)"), at: step)
            }
        case .refused(.failed(status: 409), _) where step != .look: return wait(for: step, now)
        case .refused(.failed(status: 404), _): return fail(.notFound(plan.sessionID), at: step)
        case .refused(let reason, let response): return fail(HandoffFailure(reason, response), at: step)
        case .tooLate: return fail(.tooLate, at: step)
        }
    }

    private mutating func answered(
        _ body: [UInt8], _ step: Step, _ now: Duration, _ wishes: inout [Errand.Wish]
    ) throws(ReplyRefusal) -> [News] {
        switch stage {
        case .looking, .polling(.look), .polling(.mark):
            let session = try Handoff.session(body)
            if session.status == "processing" { return wait(for: step == .mark ? .mark : .look, now) }
            if !session.isActiveVoice {
                return fail(.notActiveVoice(status: session.status, channel: session.channel), at: step)
            }
            variables = session.variables
            if plan.isDryRun { return end(HandoffResult(marked: marked, flow: nil)) }
            let isFirst = stage != .polling(.mark)
            mark(now, &wishes)
            return isFirst ? [.did(.look)] : []
        case .polling(.run):
            if try Handoff.status(body) == "processing" { return wait(for: .run, now) }
            run(now, &wishes)
            return []
        case .marking:
            run(now, &wishes)
            return [.did(.mark)]
        case .running:
            let flow = try Handoff.flow(body)
            return [.did(.run)] + end(HandoffResult(marked: marked, flow: flow))
        case .idle, .waiting, .over: return []
        }
    }

    /// What the session knows once it is marked.
    private var marked: [String: JSON] {
        Handoff.variables(existing: variables, adding: plan.variables, queue: plan.queue, type: plan.type)
    }

    private mutating func end(_ handover: HandoffResult) -> [News] {
        stage = .over
        return [.over(handover)]
    }

    private mutating func fail(_ failure: HandoffFailure, at step: Step) -> [News] {
        stage = .over
        return [.failed(step == .run ? .halfDone("\(failure)") : step == .mark ? failure.duringMark : failure)]
    }
}
