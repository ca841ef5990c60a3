import CGI
import Glibc
import System

/// One binary, several doors: how it was started says which.
enum Commands {
    static func run(_ arguments: [String], environment: [String: String]) -> ExitCode {
        let starter = Starter(environment: environment)
        if arguments.isEmpty { return withoutArguments(starter) }
        let words = Array(arguments.dropFirst())
        return switch starter {
        // Whatever the words are, it is AGI that Asterisk waits for.
        case .asterisk: BridgeCommand.run(words, environment: environment)
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
        if starter == .asterisk { return BridgeCommand.refuse(why, orElse: why, .configuration) }
        Console.printError(why)
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
            print(CheckCommand.usage)
            return .success
        case "check": return CheckCommand.run(arguments: Array(words.dropFirst()), environment: environment)
        case "simulate": return ExitCode(rawValue: SimulateDoor.run(arguments: Array(words.dropFirst()))) ?? .failure
        case "call": return CallDoor.run(arguments: Array(words.dropFirst()), environment: environment)
        case nil where Descriptor.isTerminal(0):
            print(Help.text)
            return .success
        case "assist" where asksForHelp:
            print(AssistCommand.usage)
            return .success
        case "assist": return AssistCommand.run(arguments: Array(words.dropFirst()), environment: environment)
        case "barge-in" where asksForHelp:
            print(BargeInCommand.usage)
            return .success
        case "barge-in": return BargeInCommand.run(arguments: Array(words.dropFirst()), environment: environment)
        case "handoff" where asksForHelp:
            print(HandoffOptions.usage)
            return .success
        // From a dialplan its words are key=value.
        case "handoff" where words.contains { $0.hasPrefix("-") } || words.count == 1 && Descriptor.isTerminal(0):
            return HandoffCommand.run(arguments: Array(words.dropFirst()), environment: environment)
        case "voice", "handoff": return BridgeCommand.run(words, environment: environment)
        default:
            guard let stray = StrayWord(words), Descriptor.isTerminal(0) else {
                return BridgeCommand.run(words, environment: environment)
            }
            Console.printError(stray.forAShell)
            return .usage
        }
    }
}
