import Configuration
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
    }

    private let link: FleetLink
    private let client: HTTPClient
    private let settings: Settings.Fleet

    /// nil where no fleet is configured. The breaker is not asked.
    public init?(_ settings: Settings, _ client: HTTPClient) {
        let log = Log(target: .off, level: .error)
        guard let link = FleetLink(settings, client: client, folder: nil, log: log) else { return nil }
        (self.link, self.client, self.settings) = (link, client, settings.fleet)
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
        return Outcome(
            version: link.version ?? "", roundTrip: MonotonicClock.now() - began, isEncrypted: isEncrypted)
    }

    private func answer(_ command: RedisCommand) throws(Loss) -> RedisReply {
        var answer: RedisReply?
        link.ask(command) { answer = $0 }
        link.flush(within: settings.timeout)
        if let answer { return answer }
        throw Loss(link.loss ?? .late(settings.timeout, greeted: link.version != nil))
    }
}
