import Configuration
import HTTP
import Redis
import State
import System
import Transport

/// Asks the fleet's Redis as a call does, for an operator who waits.
public struct FleetTrial {
    /// What is wrong, and what to do.
    public struct Loss: Error {
        public let words: String
        public let remedy: String

        init(_ loss: FleetLoss) { (words, remedy) = (loss.words, loss.remedy) }
    }

    public struct Outcome {
        /// The server's name and version.
        public let version: String
        public let roundTrip: Duration
        /// What others on the way can read.
        public let isEncrypted: Bool
        /// For how many seconds calls leave the service alone, because it failed those of several machines.
        public let leftAlone: Double?
    }

    private let link: FleetLink
    private let client: HTTPClient
    private let settings: Settings.Fleet
    private let shelf: FleetShelf
    private let service: Location?

    /// nil where no fleet is configured. The breaker is not asked.
    public init?(_ settings: Settings, _ client: HTTPClient) {
        let log = Log(target: .off, level: .error)
        guard let link = FleetLink(settings, client: client, folder: nil, log: log) else { return nil }
        (self.link, self.client, self.settings) = (link, client, settings.fleet)
        shelf = FleetShelf(settings, line: link, machine: "")
        service = Location(settings.cognigy.endpoint?.server ?? settings.cognigy.baseURL)
    }

    /// Connects, does each kind of thing that calls do, with a key that is gone in a moment, and measures an answer.
    public func run() throws(Loss) -> Outcome {
        defer { link.finish() }
        let key = "\(settings.prefix):check"
        let commands = [
            RedisCommand("SET", key, "1", "PX", "1000"),
            RedisCommand("EVAL", "return redis.call('GET', KEYS[1])", "1", key),
            RedisCommand("PUBLISH", key, "1"), RedisCommand("SUBSCRIBE", key),
        ]
        for command in commands {
            if let code = try answer(command).errorCode { throw Loss(.refused(code, greeting: false)) }
        }
        let began = MonotonicClock.now()
        _ = try answer(RedisCommand("PING"))
        let isEncrypted =
            switch settings.address?.place {
            case .host(_, _, let isSecure)?: isSecure
            case .local?, nil: true
            }
        let roundTrip = MonotonicClock.now() - began
        var leftAlone: Double?
        if let service { FleetBreaker(shelf: shelf, identity: [service.text]).admit { leftAlone = $0 } }
        link.flush(within: settings.timeout)
        return Outcome(
            version: link.version ?? "", roundTrip: roundTrip, isEncrypted: isEncrypted, leftAlone: leftAlone)
    }

    private func answer(_ command: RedisCommand) throws(Loss) -> RedisReply {
        var answer: RedisReply?
        link.ask(command) { answer = $0 }
        link.flush(within: settings.timeout)
        if let answer { return answer }
        throw Loss(link.loss ?? .late(settings.timeout, greeted: link.version != nil))
    }
}
