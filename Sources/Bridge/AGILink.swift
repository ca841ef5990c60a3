import AGI
import System

/// The pipe to Asterisk: commands out on one descriptor, replies in on another.
public struct AGILink: Sendable {
    public let input: CInt
    public let output: CInt
    private var lines = Lines()
    private var parser = ReplyParser()
    private var environment = Environment()

    public init(input: CInt = 0, output: CInt = 1) {
        self.input = input
        self.output = output
    }

    public enum Failure: Error, Equatable {
        /// Asterisk closed the pipe.
        case ended
        /// The environment block did not end in time.
        case noEnvironment
        /// Asterisk does not read its end.
        case stuck
    }

    /// Reads the environment block. Each of its lines is a write of its own, so it may come in pieces.
    public mutating func readEnvironment(within limit: Duration) throws(Failure) -> Environment {
        let deadline = MonotonicClock.now() + limit
        while !environment.isComplete {
            let ready = try? Poll.wait(
                for: Poll.Interest(input, .readable), timeout: deadline - MonotonicClock.now())
            guard ready?.isEmpty == false else { throw .noEnvironment }
            for line in try readLines() where !environment.isComplete { environment.receive(line: line) }
        }
        return environment
    }

    /// The replies that have arrived. To be called when the descriptor is readable: one read, which then never blocks.
    public mutating func receive() throws(Failure) -> [Reply] {
        var replies: [Reply] = []
        for line in try readLines() {
            if let reply = parser.receive(line: line) { replies.append(reply) }
        }
        return replies
    }

    private mutating func readLines() throws(Failure) -> [String] {
        switch try? Descriptor.read(input) {
        case .bytes(let bytes): lines.receive(bytes)
        case .nothingYet: []
        case .end, nil: throw .ended
        }
    }

    /// Asterisk must have taken the line before, or the next one stays unseen in its buffer (it reads with stdio and
    /// polls the descriptor).
    public var isReadyForInterrupt: Bool { Descriptor.unreadBytes(output) == 0 }

    /// Whether a reply waits to be received.
    public var hasReplies: Bool {
        (try? Poll.wait(for: Poll.Interest(input, .readable), timeout: .zero))?.isEmpty == false
    }

    public func send(_ command: Command) throws(Failure) {
        do throws(Errno) {
            try Descriptor.writeAll(output, command.line, deadline: MonotonicClock.now() + .seconds(1))
        } catch {
            throw error.code == 110 ? .stuck : .ended
        }
    }
}
