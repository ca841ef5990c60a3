import Redis

/// The way to what all machines of a fleet share. Answers come later, or not at all: then each goes on alone.
public protocol FleetLine: AnyObject {
    /// `then` is called once, with nil where no answer comes in time.
    func ask(_ command: RedisCommand, then: @escaping (RedisReply?) -> Void)
    /// Nobody waits for the answer.
    func tell(_ command: RedisCommand)
}
