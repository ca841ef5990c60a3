import CGI
import CLicences
import System

/// Finds out who started this program and runs the matching command: BridgeCommand for Asterisk, WebCommand for a web server,
/// one of `ShellCommand.all` for a shell. This target is the executable: it reads the words and the environment, loads the
/// settings, and leaves the work to the rooms.
enum Commands {
    static func run(_ arguments: [String], environment: [String: String]) -> ExitCode {
        let starter = Starter(environment: environment)
        let words = Array(arguments.dropFirst())
        return switch starter {
        // Asterisk expects AGI, whatever the words are.
        case .asterisk: BridgeCommand.run(words, environment: environment)
        case .webServer(let request): WebCommand.run(request, environment: environment)
        case .shell: atShell(words, environment)
        }
    }

    /// Runs what was typed at a shell. A shell script may also play Asterisk, so words that are no command go to BridgeCommand,
    /// unless a person typed them.
    private static func atShell(_ words: [String], _ environment: [String: String]) -> ExitCode {
        switch words.first {
        case nil where Descriptor.isTerminal(0), "--help", "-h", "help":
            print(Help.text)
            return .success
        case "--version":
            print("cognigy-bridge \(Version.text)")
            return .success
        case "--licenses":
            print(String(cString: cognigy_bridge_licences()), terminator: "")
            return .success
        default: break
        }
        if let command = ShellCommand.all.first(where: { $0.isMeant(words) }) {
            if !words.contains("--help") && !words.contains("-h") {
                return command.run(Array(words.dropFirst()), environment)
            }
            print(command.usage)
            return .success
        }
        if let stray = StrayWord(words), Descriptor.isTerminal(0) {
            Console.printError(stray.forAShell)
            return .usage
        }
        return BridgeCommand.run(words, environment: environment)
    }
}
