/// Who speaks on the pipe: one command is outstanding, and one more while it interrupts.
///
/// ast_waitfordigit_full and ast_waitstream_full end at once when a byte arrives; WAIT FOR DIGIT then answers
/// `result=1`, STREAM FILE answers nothing. A stream is therefore stopped with NOOP, whose reply has no `endpos`: that
/// tells an abort (one reply) from an end that crossed the interrupt (two replies).
public struct Exchange: Sendable {
    private var outstanding: [Command] = []

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

    /// Whether `command` may be written now: nothing runs, or what runs ends by it and can tell us so.
    public func allows(_ command: Command) -> Bool {
        guard let running = outstanding.first else { return true }
        guard outstanding.count == 1 else { return false }
        return switch running {
        case .waitForDigit: true
        case .streamFile: command == .noop
        default: false
        }
    }

    public mutating func sent(_ command: Command) { outstanding.append(command) }

    /// Stops waiting for an answer that does not come: a person at a shell expands nothing.
    public mutating func abandon() { outstanding = [] }

    /// What the reply finishes: one command, or two when a NOOP's reply also says that the stream before it is over.
    public mutating func receive(_ reply: Reply) -> [Finished] {
        guard let running = outstanding.first else { return [] }
        if case .streamFile = running, isInterrupting, case .success(_, _, endpos: nil) = reply {
            let noop = outstanding[1]
            outstanding = []
            return [
                Finished(command: running, outcome: .interrupted),
                Finished(command: noop, outcome: Exchange.outcome(of: noop, reply)),
            ]
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

    private static func outcome(of command: Command, _ reply: Reply) -> Outcome {
        guard case .success(let value, let text, let endpos) = reply else {
            return reply == .deadChannel ? .deadChannel : .refused
        }
        let number = Int(value) ?? 0
        switch command {
        case .waitForDigit, .streamFile, .sayNumber:
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
