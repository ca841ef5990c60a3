import Testbed

@testable import AGI

/// Asterisk's end of the pipe as asterisk-agi's rules have it: one command at a time, bytes end a wait or a stream, a
/// hangup lets the running command answer first. It keeps how each command really ended.
struct ModelOfAsterisk {
    private(set) var truth: [Exchange.Finished] = []
    private(set) var output: [UInt8] = []
    private var waiting: [Command] = []
    private var running: Command?
    private var isHungUp = false
    private var position = 0

    /// How many of the commands that were written have not been read.
    var unread: Int { waiting.count }
    var isIdle: Bool { running == nil && waiting.isEmpty }

    mutating func write(_ command: Command) { waiting.append(command) }

    mutating func takeOutput(_ count: Int) -> ArraySlice<UInt8> {
        let piece = output.prefix(count)
        output.removeFirst(piece.count)
        return piece
    }

    /// One thing happens on Asterisk's side.
    mutating func step(using random: inout SeededGenerator) {
        position += 160
        guard let command = running else { return readNext(using: &random) }
        switch Int.random(in: 0..<10, using: &random) {
        case 0...1: press(random.next() & 1 == 0 ? "5" : "#", command)
        case 2: complete(command)
        case 3: hangUp(command)
        default:
            if command.isInterruptible, !waiting.isEmpty { interrupt(command) }
        }
    }

    /// Everything that was begun comes to an end.
    mutating func settle(using random: inout SeededGenerator) {
        while !isIdle {
            if let command = running {
                if command.isInterruptible, !waiting.isEmpty {
                    interrupt(command)
                } else {
                    isHungUp || command == .waitForDigit ? hangUp(command) : complete(command)
                }
            }
            readNext(using: &random)
        }
    }

    private mutating func readNext(using random: inout SeededGenerator) {
        guard running == nil, !waiting.isEmpty else { return }
        let command = waiting.removeFirst()
        if Int.random(in: 0..<8, using: &random) == 0 { say("some junk that is no reply") }
        switch command {
        case .waitForDigit, .streamFile, .streamSilence, .sayNumber, .answer, .hangup, .channelStatus, .setContext,
            .setExtension, .setPriority, .gosub:
            if isHungUp {
                say("511 Command Not Permitted on a dead channel or intercept routine")
                return end(command, .deadChannel)
            }
        default: break
        }
        switch command {
        case .waitForDigit, .sayNumber: running = command
        case .gosub:
            say("100 result=0 Trying...")
            running = command
        case .streamFile(_, _, let offset):
            position = offset
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                say("200 result=-1 endpos=\(offset)")
                end(command, .failed(position: offset))
            // It is known well-formed; and it interrupts nothing here whose end is not told.
            case 1 where truth.last?.outcome != .interrupted:
                say(
                    "520-Invalid command syntax.  Proper usage follows:\nUsage: 200 result=0\n\n520 End of proper usage."
                )
                end(command, .refused)
            default: running = command
            }
        case .streamSilence:
            position = Command.silenceOffset
            if Int.random(in: 0..<12, using: &random) == 0 {
                say("200 result=-1 endpos=\(position)")
                end(command, .failed(position: position))
            } else {
                running = command
            }
        case .evaluate(let marker, _):
            say("200 result=1 (\(marker)a) (b)")
            end(command, .value(1, text: "a) (b"))
        case .channelStatus: reply(6, command)
        case .clearVariable, .setDTMFMode, .verbose, .hangup: reply(1, command)
        case .setVariables, .warn, .sendDigits, .answer, .noop, .setContext, .setExtension, .setPriority:
            reply(0, command)
        }
    }

    private mutating func press(_ key: Character, _ command: Command) {
        let code = Int(key.asciiValue ?? 0)
        switch command {
        case .waitForDigit: say("200 result=\(code)")
        case .streamFile(_, .all, _), .streamSilence:
            say("200 result=\(code) endpos=\(position)")
            return end(command, .digit(key, position: position))
        case .sayNumber(_, .all): say("200 result=\(code)")
        default: return
        }
        end(command, .digit(key, position: 0))
    }

    private mutating func complete(_ command: Command) {
        switch command {
        case .streamFile, .streamSilence:
            say("200 result=0 endpos=\(position)")
            end(command, .finished(position: position))
        case .sayNumber:
            say("200 result=0")
            end(command, .finished(position: 0))
        case .gosub:
            say("200 result=0 Gosub complete")
            end(command, .value(0, text: nil))
        default: break
        }
    }

    private mutating func hangUp(_ command: Command) {
        isHungUp = true
        if case .gosub = command {
            say("200 result=0 Gosub complete (abnormal exit)")
            end(command, .value(0, text: "abnormal exit"))
        } else if command.endsInSilence {
            say("200 result=-1 endpos=\(position)")
            end(command, .failed(position: position))
        } else {
            say("200 result=-1")
            end(command, .failed(position: 0))
        }
    }

    private mutating func interrupt(_ command: Command) {
        if command == .waitForDigit { say("200 result=1") }
        end(command, .interrupted)
    }

    private mutating func reply(_ value: Int, _ command: Command) {
        say("200 result=\(value)")
        end(command, .value(value, text: nil))
    }

    private mutating func end(_ command: Command, _ outcome: Exchange.Outcome) {
        running = nil
        truth.append(Exchange.Finished(command: command, outcome: outcome))
    }

    private mutating func say(_ line: String) { output += Array((line + "\n").utf8) }
}

extension Command {
    /// A byte written while these run ends them (ast_waitfordigit_full and ast_waitstream_full watch the pipe).
    var isInterruptible: Bool {
        switch self {
        case .waitForDigit, .streamFile, .streamSilence: true
        default: false
        }
    }
}
