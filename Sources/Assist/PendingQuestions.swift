import Cognigy
import HTTP

/// The requests for suggestions that have no answer yet. The same question is asked once, however many updates need it.
struct PendingQuestions {
    typealias Key = SuggestionCache.Key

    private enum Stage: Equatable {
        case wantsToken
        case asking(token: String)
        case pausing(until: Duration)
    }

    private struct Question {
        let id: Int
        let interaction: String
        let body: [UInt8]
        let giveUpAt: Duration
        var stage = Stage.wantsToken
        var attempts = 0
        var hasRenewedToken = false
    }

    /// How a question ended.
    struct Answer: Equatable {
        let key: Key
        let interaction: String
        /// The suggestions, or why there are none.
        let reply: Result<Assist.Reply, NoReply>
    }

    struct NoReply: Error, Equatable { let why: String }

    enum News: Equatable {
        case answered(Answer)
        /// The service refused the token. The question waits for a new one, or has ended with the given answer.
        case refusedToken(String, Answer?)
    }

    /// The longest time that an agent waits for suggestions. A longer Retry-After is not honoured.
    static let patience = Duration.seconds(15)
    static let mostAttempts = 3
    /// The pause after a 429 without Retry-After.
    static let pause = Duration.seconds(2)

    private var questions: [Key: Question] = [:]
    private var keys: [Int: Key] = [:]
    private var lastID = 0
    /// The size of all bodies together.
    private(set) var bytes = 0

    func contains(_ key: Key) -> Bool { questions[key] != nil }
    var needsToken: Bool { questions.values.contains { $0.stage == .wantsToken } }

    var nextDeadline: Duration? {
        questions.values.map { question in
            if case .pausing(let until) = question.stage { min(until, question.giveUpAt) } else { question.giveUpAt }
        }.min()
    }

    mutating func begin(_ key: Key, _ body: [UInt8], interaction: String, _ now: Duration) {
        lastID += 1
        questions[key] = Question(
            id: lastID, interaction: interaction, body: body, giveUpAt: now + PendingQuestions.patience)
        keys[lastID] = key
        bytes += body.count
    }

    /// Sends the questions that waited for a token, in the order in which they were added.
    mutating func ask(_ token: String, _ base: Location, _ context: inout Context) {
        for key in waitingForToken {
            guard var question = questions[key] else { continue }
            question.stage = .asking(token: token)
            question.attempts += 1
            var request = Assist.suggest(base: base, token: token, body: question.body)
            request.timeout = min(request.timeout, max(question.giveUpAt - context.now, .milliseconds(1)))
            context.effects.append(.request(.suggestions(question.id), request))
            questions[key] = question
        }
    }

    /// Cancels all requests and lets every question wait for a new token: the account has changed.
    mutating func askAgain(_ context: inout Context) {
        for (key, question) in questions.sorted(by: { $0.value.id < $1.value.id }) {
            if case .asking = question.stage { context.effects.append(.cancel(.suggestions(question.id))) }
            questions[key]?.stage = .wantsToken
        }
    }

    mutating func tokenFailed(_ why: String) -> [Answer] {
        waitingForToken.compactMap { finish($0, .failure(NoReply(why: why))) }
    }

    private var waitingForToken: [Key] {
        questions.filter { $0.value.stage == .wantsToken }.sorted { $0.value.id < $1.value.id }.map(\.key)
    }

    mutating func answered(_ id: Int, _ result: Result<Response, Failure>, _ context: inout Context) -> News? {
        guard let key = keys[id], let question = questions[key], case .asking(let token) = question.stage else {
            return nil
        }
        switch result {
        case .failure(let failure): return news(key, .failure(NoReply(why: "\(failure)")))
        case .success(let response):
            switch response.status {
            case 200..<300:
                do throws(ReplyRefusal) {
                    return news(key, .success(try Assist.reply(response.body)))
                } catch { return news(key, .failure(NoReply(why: "\(error)"))) }
            case 401 where question.hasRenewedToken:
                return .refusedToken(token, finish(key, .failure(NoReply(why: "HTTP 401"))))
            case 401:
                questions[key]?.hasRenewedToken = true
                questions[key]?.stage = .wantsToken
                return .refusedToken(token, nil)
            case 429: return busy(key, question, response, &context)
            default: return news(key, .failure(NoReply(why: "HTTP \(response.status)")))
            }
        }
    }

    /// Pauses the question as the 429 demands, or ends it if the pause is too long or the attempts are used up.
    private mutating func busy(
        _ key: Key, _ question: Question, _ response: Response, _ context: inout Context
    ) -> News? {
        let wait = response.retryAfter.flatMap { RetryAfter.wait($0, now: context.wallClock) } ?? PendingQuestions.pause
        let until = context.now + context.spread(wait)
        if question.attempts >= PendingQuestions.mostAttempts || until >= question.giveUpAt {
            return news(key, .failure(NoReply(why: "HTTP 429")))
        }
        questions[key]?.stage = .pausing(until: until)
        return nil
    }

    /// Ends questions that took too long, and wakes those whose pause is over.
    mutating func tick(_ context: inout Context) -> [Answer] {
        var answers: [Answer] = []
        for (key, question) in questions.sorted(by: { $0.value.id < $1.value.id }) {
            if question.giveUpAt <= context.now {
                cancel(key, &context).map { answers.append($0) }
            } else if case .pausing(let until) = question.stage, until <= context.now {
                questions[key]?.stage = .wantsToken
            }
        }
        return answers
    }

    /// Ends the question without suggestions and cancels its request.
    @discardableResult
    mutating func cancel(_ key: Key, _ context: inout Context) -> Answer? {
        if let question = questions[key], case .asking = question.stage {
            context.effects.append(.cancel(.suggestions(question.id)))
        }
        return finish(key, .failure(NoReply(why: "no answer in time")))
    }

    private mutating func news(_ key: Key, _ reply: Result<Assist.Reply, NoReply>) -> News? {
        finish(key, reply).map { .answered($0) }
    }

    private mutating func finish(_ key: Key, _ reply: Result<Assist.Reply, NoReply>) -> Answer? {
        guard let question = questions.removeValue(forKey: key) else { return nil }
        keys[question.id] = nil
        bytes -= question.body.count
        return Answer(key: key, interaction: question.interaction, reply: reply)
    }
}
