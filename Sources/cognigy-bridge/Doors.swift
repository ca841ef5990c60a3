import CGI
import Glibc
import System

/// One binary, several doors: how it was started says which.
enum Doors {
    static func open(_ arguments: [String], environment: [String: String]) -> ExitCode {
        let starter = Starter(environment: environment)
        if arguments.isEmpty { return withoutArguments(starter) }
        let words = Array(arguments.dropFirst())
        return switch starter {
        // Whatever the words are, it is AGI that Asterisk waits for.
        case .asterisk: BridgeDoor.run(words, environment: environment)
        case .webServer(let request): WebCommand.run(request, environment: environment)
        case .shell: command(words, environment)
        }
    }

    /// Swift reads them from /proc/self/cmdline.
    private static func withoutArguments(_ starter: Starter) -> ExitCode {
        let isFull = Glibc.open("/proc/self/cmdline", O_RDONLY) < 0 && [EMFILE, ENFILE].contains(errno)
        let why =
            isFull
            ? "it may open no file, so its arguments cannot be read: raise the limit of open files (ulimit -n)"
            : "there is no /proc here, so its arguments cannot be read: mount it (a chroot needs its own)"
        if starter == .asterisk { return BridgeDoor.refuse(why, orElse: why, .configuration) }
        complain(why)
        return .configuration
    }

    /// What somebody wants who typed it at a shell.
    private static func command(_ words: [String], _ environment: [String: String]) -> ExitCode {
        let asksForHelp = words.contains { $0 == "--help" || $0 == "-h" }
        switch words.first {
        case "--help", "-h", "help":
            print(Help.text)
            return .success
        case "--version":
            print("cognigy-bridge \(Version.text)")
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
        case "call": return CallDoor.run(arguments: Array(words.dropFirst()), environment: environment)
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
        default:
            guard let stray = StrayWord(words), Descriptor.isTerminal(0) else {
                return BridgeDoor.run(words, environment: environment)
            }
            complain(stray.forAShell)
            return .usage
        }
    }

    static func complain(_ message: String) {
        try? Descriptor.writeAll(
            2, Array("cognigy-bridge: \(message)\n".utf8), deadline: MonotonicClock.now() + .seconds(1))
    }
}
