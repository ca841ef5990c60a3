/// Which commands Asterisk has been given and has not finished: one, and one more while it interrupts.
///
/// ast_waitfordigit_full and ast_waitstream_full end at once when a byte arrives; WAIT FOR DIGIT then answers
/// `result=1`, STREAM FILE answers nothing. Whether a stream's end crossed the command that interrupts it is told by
/// what answers: other commands answer without `endpos`, and a stream of silence begins at a position which no prompt
/// reaches. What is not told by an answer is told by the pipe: once Asterisk has read a command, all answers to those
/// before it are on their way (run_agi reads a line only when the command before is over).
public struct Exchange: Sendable {
    private var outstanding: [Command] = []
    /// How many commands were sent in all.
    public private(set) var sentCount = 0

    public init() {}

    public enum Outcome: Equatable, Sendable {
        case value(Int, text: String?)
        /// A digit that the caller pressed; a stream's position where it was pressed.
        case digit(Character, position: Int)
        /// The command ended without a digit; a stream's last position.
        case finished(position: Int)
        /// Our own next command ended it.
        case interrupted
        /// -1: the caller hung up, or (STREAM FILE) there is no such file.
        case failed(position: Int)
        /// 511.
        case deadChannel
        /// 510 or 520.
        case refused
    }

    public struct Finished: Equatable, Sendable {
        public let command: Command
        public let outcome: Outcome
    }

    /// The command that Asterisk carries out or is about to.
    public var current: Command? { outstanding.last }
    public var isInterrupting: Bool { outstanding.count > 1 }
    /// The oldest command that is not known to be over.
    public var running: Command? { outstanding.first }

    /// Whether `command` may be written now: nothing runs, or what runs ends by it and can tell us so.
    public func allows(_ command: Command) -> Bool {
        guard let running = outstanding.first else { return true }
        guard outstanding.count == 1 else { return false }
        return switch running {
        case .waitForDigit: true
        // Two prompts in a row could not be told apart.
        case .streamFile: if case .streamFile = command { false } else { true }
        case .streamSilence: if case .streamSilence = command { false } else { true }
        default: false
        }
    }

    public mutating func sent(_ command: Command) {
        assert(allows(command), "\(command) cannot be told from \(outstanding)")
        outstanding.append(command)
        sentCount += 1
    }

    /// Whether it is open how the first of two commands ended: Asterisk may be silent about it.
    public var awaitsReading: Bool { isInterrupting && outstanding.first?.endsInSilence == true }

    /// Asterisk has read the first `count` commands, and its answers up to then have been received: a stream before the
    /// last of these was interrupted.
    public mutating func wasRead(_ count: Int) -> [Finished] {
        guard awaitsReading, count >= sentCount else { return [] }
        return [Finished(command: outstanding.removeFirst(), outcome: .interrupted)]
    }

    /// Stops waiting for an answer that does not come: a person at a shell expands nothing.
    public mutating func abandon() { outstanding = [] }

    /// What the reply finishes: one command, or two when it is the second's and the stream before said nothing.
    public mutating func receive(_ reply: Reply) -> [Finished] {
        guard let running = outstanding.first else { return [] }
        if awaitsReading, Exchange.isOf(outstanding[1], not: running, reply) {
            outstanding.removeFirst()
            return [Finished(command: running, outcome: .interrupted)] + receive(reply)
        }
        if reply == .hangup { return [] }
        if case .evaluate(let marker, _) = running {
            // By bytes: what follows may combine with the marker's last character.
            guard case .success(_, let text?, _) = reply, text.utf8.starts(with: marker.utf8) else { return [] }
            let answer = String(Substring(text.utf8.dropFirst(marker.utf8.count)))
            outstanding.removeFirst()
            return [Finished(command: running, outcome: .value(1, text: answer))]
        }
        outstanding.removeFirst()
        return [Finished(command: running, outcome: Exchange.outcome(of: running, reply))]
    }

    /// Whether an answer cannot be that of the stream which `next` interrupts.
    private static func isOf(_ next: Command, not stream: Command, _ reply: Reply) -> Bool {
        guard case .success(_, _, let endpos) = reply else { return false }
        guard let endpos else { return true }
        guard next.endsInSilence else { return false }
        let isSilence = if case .streamSilence = stream { true } else { false }
        return isSilence != (endpos >= Command.silenceOffset)
    }

    private static func outcome(of command: Command, _ reply: Reply) -> Outcome {
        guard case .success(let value, let text, let endpos) = reply else {
            return reply == .deadChannel ? .deadChannel : .refused
        }
        let number = Int(value) ?? 0
        switch command {
        case .waitForDigit, .streamFile, .streamSilence, .sayNumber:
            let position = endpos ?? 0
            if number < 0 { return .failed(position: position) }
            if command == .waitForDigit, number == 1 { return .interrupted }
            if number > 1, let scalar = UInt8(exactly: number) {
                return .digit(Character(UnicodeScalar(scalar)), position: position)
            }
            return .finished(position: position)
        default:
            return .value(number, text: text)
        }
    }
}
