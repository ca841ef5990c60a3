import Cognigy
import HTTP

/// Questions on their way to the service. Equal questions are one.
struct Flights {
    typealias Key = SuggestionCache.Key

    private enum Stage: Equatable {
        case wantsToken
        case asking(token: String)
        case pausing(until: Duration)
    }

    private struct Flight {
        let id: Int
        let interaction: String
        let body: [UInt8]
        let giveUpAt: Duration
        var stage = Stage.wantsToken
        var attempts = 0
        var hasRenewedToken = false
    }

    /// The end of a question.
    struct Landing: Equatable {
        let key: Key
        let interaction: String
        /// Or why there are none.
        let reply: Result<Assist.Reply, Miss>
    }

    struct Miss: Error, Equatable { let why: String }

    enum News: Equatable {
        case landed(Landing)
        /// The service does not take the token; the question is asked once more, or is over.
        case refusedToken(String, Landing?)
    }

    /// How long an agent may wait for suggestions, whatever the service asks for.
    static let patience = Duration.seconds(15)
    static let mostAttempts = 3
    /// After a 429 that names no time.
    static let pause = Duration.seconds(2)

    private var flights: [Key: Flight] = [:]
    private var keys: [Int: Key] = [:]
    private var lastID = 0
    /// Of all questions.
    private(set) var bytes = 0

    func contains(_ key: Key) -> Bool { flights[key] != nil }
    var needsToken: Bool { flights.values.contains { $0.stage == .wantsToken } }

    var nextDeadline: Duration? {
        flights.values.map { flight in
            if case .pausing(let until) = flight.stage { min(until, flight.giveUpAt) } else { flight.giveUpAt }
        }.min()
    }

    mutating func begin(_ key: Key, _ body: [UInt8], interaction: String, _ now: Duration) {
        lastID += 1
        flights[key] = Flight(id: lastID, interaction: interaction, body: body, giveUpAt: now + Flights.patience)
        keys[lastID] = key
        bytes += body.count
    }

    /// Sends every question that waited for a token, in their order.
    mutating func depart(_ token: String, _ base: Location, _ moment: inout Moment) {
        for key in waitingForToken {
            guard var flight = flights[key] else { continue }
            flight.stage = .asking(token: token)
            flight.attempts += 1
            var request = Assist.suggest(base: base, token: token, body: flight.body)
            request.timeout = min(request.timeout, max(flight.giveUpAt - moment.now, .milliseconds(1)))
            moment.effects.append(.request(.suggestions(flight.id), request))
            flights[key] = flight
        }
    }

    /// From now on somebody else answers, and what the other would have said is for nobody.
    mutating func askAnother(_ moment: inout Moment) {
        for (key, flight) in flights.sorted(by: { $0.value.id < $1.value.id }) {
            if case .asking = flight.stage { moment.effects.append(.cancel(.suggestions(flight.id))) }
            flights[key]?.stage = .wantsToken
        }
    }

    mutating func tokenFailed(_ why: String) -> [Landing] {
        waitingForToken.compactMap { land($0, .failure(Miss(why: why))) }
    }

    private var waitingForToken: [Key] {
        flights.filter { $0.value.stage == .wantsToken }.sorted { $0.value.id < $1.value.id }.map(\.key)
    }

    mutating func answered(_ id: Int, _ result: Result<Response, Failure>, _ moment: inout Moment) -> News? {
        guard let key = keys[id], let flight = flights[key], case .asking(let token) = flight.stage else { return nil }
        switch result {
        case .failure(let failure): return landed(key, .failure(Miss(why: "\(failure)")))
        case .success(let response):
            switch response.status {
            case 200..<300:
                do throws(ReplyRefusal) {
                    return landed(key, .success(try Assist.reply(response.body)))
                } catch { return landed(key, .failure(Miss(why: "\(error)"))) }
            case 401 where flight.hasRenewedToken:
                return .refusedToken(token, land(key, .failure(Miss(why: "HTTP 401"))))
            case 401:
                flights[key]?.hasRenewedToken = true
                flights[key]?.stage = .wantsToken
                return .refusedToken(token, nil)
            case 429: return busy(key, flight, response, &moment)
            default: return landed(key, .failure(Miss(why: "HTTP \(response.status)")))
            }
        }
    }

    /// The same question again when the service wants it, unless that is too late for the agent.
    private mutating func busy(
        _ key: Key, _ flight: Flight, _ response: Response, _ moment: inout Moment
    ) -> News? {
        let wait = response.retryAfter.flatMap { RetryAfter.wait($0, now: moment.wallClock) } ?? Flights.pause
        let until = moment.now + moment.spread(wait)
        if flight.attempts >= Flights.mostAttempts || until >= flight.giveUpAt {
            return landed(key, .failure(Miss(why: "HTTP 429")))
        }
        flights[key]?.stage = .pausing(until: until)
        return nil
    }

    /// Wakes those that paused, and ends those that took too long.
    mutating func tick(_ moment: inout Moment) -> [Landing] {
        var landings: [Landing] = []
        for (key, flight) in flights.sorted(by: { $0.value.id < $1.value.id }) {
            if flight.giveUpAt <= moment.now {
                cancel(key, &moment).map { landings.append($0) }
            } else if case .pausing(let until) = flight.stage, until <= moment.now {
                flights[key]?.stage = .wantsToken
            }
        }
        return landings
    }

    /// Nobody waits for it any more.
    @discardableResult
    mutating func cancel(_ key: Key, _ moment: inout Moment) -> Landing? {
        if let flight = flights[key], case .asking = flight.stage {
            moment.effects.append(.cancel(.suggestions(flight.id)))
        }
        return land(key, .failure(Miss(why: "no answer in time")))
    }

    private mutating func landed(_ key: Key, _ reply: Result<Assist.Reply, Miss>) -> News? {
        land(key, reply).map { .landed($0) }
    }

    private mutating func land(_ key: Key, _ reply: Result<Assist.Reply, Miss>) -> Landing? {
        guard let flight = flights.removeValue(forKey: key) else { return nil }
        keys[flight.id] = nil
        bytes -= flight.body.count
        return Landing(key: key, interaction: flight.interaction, reply: reply)
    }
}
