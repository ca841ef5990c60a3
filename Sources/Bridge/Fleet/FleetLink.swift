import Configuration
import HTTP
import Redis
import State
import System
import Transport

/// One connection of this process to the Redis that many machines share. It connects when something is asked, and sends who we are
/// together with the first questions.
///
/// A call never waits for it longer than `timeout_ms`: the first question that is late, or anything else that says that the Redis is
/// of no use, makes it away. Then all questions are answered nil, and the breaker tells the other processes of this machine, so
/// that they do not wait, too.
final class FleetLink: FleetLine {
    private enum State {
        case idle
        /// `forAll`: somebody asked; else the link comes back by itself, and questions are not kept waiting for it.
        case connecting(StreamConnection, forAll: Bool)
        case greeting(StreamConnection, forAll: Bool)
        case open(StreamConnection)
    }

    private struct Question {
        enum Role { case greeting, database, other }

        let role: Role
        let asked: Duration
        var deadline: Duration
        /// How many pushes answer it, in place of a reply.
        var confirmations = 0
        /// Whether its time was up while this process itself was late.
        var wasMissed = false
        let then: ((RedisReply?) -> Void)?
    }

    private let client: HTTPClient
    private let address: StreamAddress
    private let greetings: [RedisCommand]
    private let timeout: Duration
    private let log: Log
    private var breaker: CircuitBreaker
    private var state = State.idle
    private var replies = RedisReplies()
    /// In the order in which they are answered.
    private var questions: [Question] = []
    /// What is sent as soon as there is a connection.
    private var outgoing: [UInt8] = []
    /// What `process` hands over.
    private var answers: [() -> Void] = []
    /// What was found while something was asked; `process` acts on it.
    private var (isBroken, isDeaf) = (false, false)
    private var isProbe = false
    /// Whether the connection was made because somebody asked.
    private var isForAll = true
    /// Until when nothing is asked, where no breaker says so.
    private var awayUntil: Duration?
    /// Connections in a row that broke before they answered a question.
    private var drops = 0
    private var hasWarned = false
    /// Whether it was said already that a command is refused.
    private var hasComplained = false
    /// Something was not sent, or its answer was given up.
    private var hasMissed = false
    /// For how long this process has waited for slow answers. In all it waits no longer than for one that never comes.
    private var spent = Duration.zero
    /// When something came the last time.
    private var heardFrom = Duration.zero
    /// When it comes back by itself, and after how long the time after.
    private var nextTry: Duration?
    private var wait = FleetLink.shortestWait
    private var isFinished = false

    /// Why it is away.
    private(set) var loss: FleetLoss?
    /// The server's name and version, once it has said them.
    private(set) var version: String?

    /// Whether the connection is kept: it comes back by itself, with `reconnected`.
    var keeps = false
    /// What comes unasked: the messages of channels.
    var pushed: ([RedisReply]) -> Void = { _ in }
    /// There is a connection again, which knows nothing of what was subscribed to before.
    var reconnected: () -> Void = {}

    /// For tests.
    var clock: () -> Duration = MonotonicClock.now
    var wallClock: () -> Double = WallClock.now

    static let shortestWait = Duration.seconds(1)
    static let longestWait = Duration.seconds(30)
    /// For how long nothing is asked where there is no folder to tell.
    static let pause = Duration.seconds(10)
    /// How late a busy machine may let this process look.
    static let grace = Duration.milliseconds(20)
    /// Who only waits for pushes would not notice that the server is dead, so after so much silence it is asked for a sign of life.
    static let longestSilence = Duration.seconds(30)
    /// In bytes. A server that leaves more unread is away.
    static let mostUnsent = 1 << 20

    /// nil where no fleet is configured.
    init?(_ settings: Settings, client: HTTPClient, folder: StateFolder?, log: Log) {
        guard let place = settings.fleet.address, let address = StreamAddress(settings.fleet, place) else { return nil }
        self.client = client
        self.address = address
        self.log = log
        greetings = settings.fleet.greetings(place)
        timeout = settings.fleet.timeout
        breaker = CircuitBreaker(folder: folder, .redis, identity: settings.fleet.identity(place), threshold: 1)
        if let password = settings.fleet.password { log.hide(password.reveal()) }
    }

    // MARK: Questions

    /// Asks. `then` is called exactly once, by `process`, `flush` or `finish`, never before this returns; nil: no answer.
    func ask(_ command: RedisCommand, then: @escaping (RedisReply?) -> Void) { put(command, then) }

    /// The same where nobody waits for the answer. Nothing is sent while the Redis is away.
    func tell(_ command: RedisCommand) { put(command, nil) }

    private func put(_ command: RedisCommand, _ then: ((RedisReply?) -> Void)?) {
        let now = clock()
        let patience = then == nil ? timeout : max(timeout - spent, timeout / 10)
        let question = Question(
            role: .other, asked: now, deadline: now + patience, confirmations: command.confirmations, then: then)
        guard mayAsk() else {
            hasMissed = true
            comeBackLater()
            return answer(question, nil)
        }
        questions.append(question)
        send(command.bytes)
    }

    /// Whether there is a connection, or one on its way.
    private func mayAsk() -> Bool {
        if isFinished || isBroken || isDeaf { return false }
        switch state {
        case .open, .connecting(_, forAll: true), .greeting(_, forAll: true): return true
        case .connecting, .greeting: return false
        case .idle: break
        }
        if let awayUntil, clock() < awayUntil { return false }
        switch breaker.admit(now: wallClock()) {
        case .allowed: isProbe = false
        case .probe: isProbe = true
        case .refused:
            if loss == nil { log.write(.info, "the fleet's Redis \(self.address.name): \(FleetLoss.known.words)") }
            loss = loss ?? .known
            return false
        }
        connect(forAll: true)
        return true
    }

    private func connect(forAll: Bool) {
        nextTry = nil
        replies = RedisReplies()
        // libcurl looks at the time before it looks at the socket, and this process may be late itself. `process` does not.
        state = .connecting(StreamConnection(client, to: address, timeout: timeout * 2), forAll: forAll)
        for (command, role) in zip(greetings, [Question.Role.greeting, .database]) {
            questions.append(Question(role: role, asked: clock(), deadline: clock() + timeout, then: nil))
            outgoing += command.bytes
        }
    }

    /// What goes wrong is left to `process`.
    private func send(_ bytes: [UInt8]) {
        switch state {
        case .idle, .connecting: outgoing += bytes
        case .greeting(let connection, _), .open(let connection):
            if connection.send(bytes) != nil {
                isBroken = true
            } else if connection.unsent > FleetLink.mostUnsent {
                isDeaf = true
            }
        }
    }

    private func answer(_ question: Question, _ reply: RedisReply?) {
        if let then = question.then { answers.append { then(reply) } }
    }

    // MARK: The poll

    var interests: [Poll.Interest] { [connection?.interest].compactMap(\.self) }

    /// When `process` wants to be called, at the latest.
    var deadline: Duration? {
        if !answers.isEmpty || connection?.hasMore == true || isBroken || isDeaf { return .zero }
        return [questions.first?.deadline, keeps ? nextTry : nil, signOfLife].compactMap(\.self).min()
    }

    private var signOfLife: Duration? {
        if keeps, questions.isEmpty, case .open = state { heardFrom + FleetLink.longestSilence } else { nil }
    }

    private var connection: StreamConnection? {
        switch state {
        case .idle: nil
        case .connecting(let connection, _), .greeting(let connection, _), .open(let connection): connection
        }
    }

    /// Whether a completion of the client was that of this link's connection.
    func completed(_ completion: (id: Int, result: Result<Response, Failure>)) -> Bool {
        guard let event = connection?.completed(completion) else { return false }
        take(event)
        return true
    }

    /// Reads, sends, looks at the time, and hands over answers and pushes.
    func process(_ ready: [CInt: Poll.Events], now: Duration) {
        for event in connection?.process(ready) ?? [] { take(event) }
        if isBroken { take(.closed) }
        if isDeaf { lose(.deaf) }
        if let first = questions.first, now >= first.deadline {
            if now > first.deadline + FleetLink.grace, !first.wasMissed {
                // The answer may be there.
                questions[0].deadline = now + FleetLink.grace
                questions[0].wasMissed = true
            } else {
                lose(late())
            }
        }
        if let signOfLife, now >= signOfLife { tell(RedisCommand("PING")) }
        if keeps, let nextTry, now >= nextTry, case .idle = state { connect(forAll: false) }
        handOver()
    }

    private func late() -> FleetLoss {
        switch state {
        case .connecting(let connection, _):
            connection.waiting(client).map { .failed(.timedOut($0)) } ?? .late(timeout, greeted: false)
        case .greeting, .idle: .late(timeout, greeted: false)
        case .open: .late(timeout, greeted: true)
        }
    }

    /// An answer may lead to the next question, which is answered by the next `process`.
    private func handOver() {
        let due = answers
        answers = []
        for answer in due { answer() }
    }

    private func take(_ event: StreamConnection.Event) {
        switch event {
        case .connected:
            guard case .connecting(let connection, let forAll) = state else { return }
            state = .greeting(connection, forAll: forAll)
            let first = outgoing
            outgoing = []
            send(first)
        case .failed(let failure): lose(.failed(failure))
        case .closed: dropped()
        case .bytes(let bytes):
            if case .idle = state { return }
            heardFrom = clock()
            do throws(RedisReplies.Flaw) {
                for reply in try replies.receive(bytes) {
                    if case .idle = state { return }
                    take(reply)
                }
                if let flaw = replies.flaw, connection != nil { lose(.flawed(flaw)) }
            } catch { lose(.flawed(error)) }
        }
    }

    private func take(_ reply: RedisReply) {
        guard let question = questions.first else {
            if case .push(let items) = reply { return answers.append { [self] in pushed(items) } }
            return lose(.chatty)
        }
        if case .push(let items) = reply {
            guard question.confirmations > 0, RedisCommand.isConfirmation(items) else {
                return answers.append { [self] in pushed(items) }
            }
            questions[0].confirmations -= 1
            if question.confirmations > 1 { return }
            return answerFirst(.list(items))
        }
        if case .error(let words) = reply, let code = reply.errorCode,
            question.role != .other || FleetLoss.isAway(code)
        {
            return lose(FleetLoss(words, code, greeting: question.role != .other))
        }
        if let code = reply.errorCode, !hasComplained {
            hasComplained = true
            log.write(
                .warning,
                "the fleet's Redis \(address.name) refuses a command (\(code)); cognigy-bridge check says more")
        }
        if question.role == .greeting { greeted(reply) }
        answerFirst(reply)
    }

    private func answerFirst(_ reply: RedisReply) {
        let question = questions.removeFirst()
        let took = clock() - question.asked
        if question.then != nil, took > timeout / 4 { spent += took }
        if question.role == .other { works() }
        answer(question, reply)
    }

    private func greeted(_ reply: RedisReply) {
        guard case .greeting(let connection, let forAll) = state else { return }
        let name = [reply["server"], reply["version"]].compactMap { $0?.string.map { String($0.prefix(40)) } }
        version = name.joined(separator: " ")
        state = .open(connection)
        isForAll = forAll
        if keeps, hasMissed {
            hasMissed = false
            answers.append { [self] in reconnected() }
        }
    }

    /// It answers what calls ask, and not its greeting alone.
    private func works() {
        (drops, wait) = (0, FleetLink.shortestWait)
        if isProbe || !isForAll { breaker.succeeded(now: wallClock()) }
        if hasWarned { log.write(.notice, "the fleet's Redis \(address.name) is there again") }
        (isForAll, isProbe, hasWarned, awayUntil, loss) = (true, false, false, nil, nil)
    }

    // MARK: The end

    /// The connection is gone. One that worked is made anew, once.
    private func dropped() {
        guard case .open = state else {
            if case .idle = state { return }
            return lose(.closed(greeted: false))
        }
        drops += 1
        if drops > 1 { return lose(.closed(greeted: true)) }
        end()
        comeBackLater()
    }

    /// It is of no use, and this machine goes on alone.
    private func lose(_ loss: FleetLoss) {
        if case .idle = state { return }
        end()
        self.loss = loss
        awayUntil = clock() + FleetLink.pause
        breaker.failed(now: wallClock())
        isProbe = false
        if !hasWarned {
            hasWarned = true
            log.write(
                .warning,
                "the fleet's Redis \(address.name) is away: \(loss.words); this machine goes on alone; \(loss.remedy)")
        }
        comeBackLater()
    }

    /// Closes the connection and answers what waits.
    private func end() {
        connection?.abandon()
        state = .idle
        (isBroken, isDeaf) = (false, false)
        outgoing = []
        let waiting = questions
        questions = []
        hasMissed = true
        for question in waiting { answer(question, nil) }
    }

    private func comeBackLater() {
        guard keeps, !isFinished, nextTry == nil, case .idle = state else { return }
        // Calls that lost it together do not come back together.
        nextTry = clock() + wait * Double.random(in: 0.75...1.25)
        wait = min(wait * 2, FleetLink.longestWait)
    }

    /// Waits until what was asked and told is answered, at most for `limit` and `timeout_ms`, so that the last commands of a process
    /// arrive: a connection that is closed with answers unread loses what the server has not read. Completions of other
    /// requests are lost, so this comes when nothing else is under way.
    func flush(within limit: Duration) {
        let end = clock() + min(limit, timeout)
        while questions.contains(where: { $0.role == .other }) || !answers.isEmpty, clock() < end {
            let next = min(deadline ?? end, end)
            let ready = client.wait(for: interests, timeout: max(next - clock(), .zero))
            for completion in client.completions() { _ = completed(completion) }
            process(ready, now: clock())
        }
    }

    /// Closes the connection. Questions are answered nil.
    func finish() {
        isFinished = true
        keeps = false
        if isProbe { breaker.abandoned(now: wallClock()) }
        end()
        while !answers.isEmpty { handOver() }
        // They hold the call, which holds this.
        (pushed, reconnected) = ({ _ in }, {})
    }
}
