import CGI
import Glibc
import System

/// One binary, several doors: how it was started says which.
enum Doors {
    static let version = "0.1.0"

    static func open(_ arguments: [String], environment: [String: String]) -> ExitCode {
        // Swift reads them from /proc/self/cmdline.
        if arguments.isEmpty {
            complain("there is no /proc here, so its arguments cannot be read: mount it (a chroot needs its own)")
            return .configuration
        }
        if let request = Request(environment: environment) { return WebDoor.run(request, environment: environment) }
        let words = Array(arguments.dropFirst())
        let asksForHelp = words.contains { $0 == "--help" || $0 == "-h" }
        switch words.first {
        case "--help", "-h", "help":
            print(Help.text)
            return .success
        case "--version":
            print("cognigy-bridge \(version)")
            return .success
        case "simulate" where asksForHelp:
            print(SimulateOptions.usage, terminator: "")
            return .success
        case "call" where asksForHelp:
            print(CallOptions.usage)
            return .success
        case "check" where asksForHelp:
            print(CheckDoor.usage)
            return .success
        case "check": return CheckDoor.run(arguments: Array(words.dropFirst()), environment: environment)
        case "simulate": return ExitCode(rawValue: SimulateDoor.run(arguments: Array(words.dropFirst()))) ?? .failure
        case "call": return CallDoor.run(arguments: Array(words.dropFirst()))
        case nil where Descriptor.isTerminal(0):
            print(Help.text)
            return .success
        case "assist" where asksForHelp:
            print(AssistDoor.usage)
            return .success
        case "assist": return AssistDoor.run(arguments: Array(words.dropFirst()), environment: environment)
        case "barge-in" where asksForHelp:
            print(BargeInDoor.usage)
            return .success
        case "barge-in": return BargeInDoor.run(arguments: Array(words.dropFirst()), environment: environment)
        case "handoff" where asksForHelp:
            print(HandoffOptions.usage)
            return .success
        // From a dialplan its words are key=value.
        case "handoff" where words.contains { $0.hasPrefix("-") } || words.count == 1 && Descriptor.isTerminal(0):
            return HandoffDoor.run(arguments: Array(words.dropFirst()), environment: environment)
        case "voice", "handoff": return BridgeDoor.run(words, environment: environment)
        // Arguments of AGI() are key=value; anything else is a mistake at a shell.
        case let word? where !word.isEmpty && !word.contains("="):
            complain("there is no command \"\(word)\"; cognigy-bridge --help lists them")
            return .usage
        default:
            return BridgeDoor.run(words, environment: environment)
        }
    }

    static func complain(_ message: String) {
        try? Descriptor.writeAll(
            2, Array("cognigy-bridge: \(message)\n".utf8), deadline: MonotonicClock.now() + .seconds(1))
    }
}
