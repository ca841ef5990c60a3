import Redis

/// The way to what all boxes share. Answers come later, or not at all: then the box goes on alone.
public protocol FleetLine: AnyObject {
    /// `then` is called once, with nil where no answer comes in time.
    func ask(_ command: RedisCommand, then: @escaping (RedisReply?) -> Void)
    /// Nobody waits for the answer.
    func tell(_ command: RedisCommand)
}
