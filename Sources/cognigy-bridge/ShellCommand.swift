import Setup
import System

/// A command for a shell: `cognigy-bridge NAME WORDS`.
struct ShellCommand: Sendable {
    let name: String
    /// What `cognigy-bridge NAME --help` prints.
    let usage: String
    /// Tells the command from a call whose first word is the same. Takes all words, the name included.
    var isForAShell: @Sendable (_ words: [String]) -> Bool = { _ in true }
    /// Takes the words after the name.
    let run: @Sendable (_ words: [String], _ environment: [String: String]) -> ExitCode

    static let all = [
        ShellCommand(name: "check", usage: CheckOptions.usage, run: CheckCommand.run),
        ShellCommand(name: "init", usage: InitOptions.usage, run: InitCommand.run),
        ShellCommand(name: "dialplan", usage: DialplanOptions.usage, run: DialplanCommand.run),
        ShellCommand(name: "call", usage: CallOptions.usage, run: CallCommand.run),
        ShellCommand(name: "simulate", usage: SimulateOptions.usage, run: SimulateCommand.run),
        ShellCommand(
            name: "handoff", usage: HandoffOptions.usage, isForAShell: HandoffOptions.areForAShell,
            run: HandoffCommand.run),
        ShellCommand(name: "barge-in", usage: BargeInCommand.usage, run: BargeInCommand.run),
        ShellCommand(name: "report", usage: ReportCommand.usage, run: ReportCommand.run),
        ShellCommand(name: "metrics", usage: MetricsCommand.usage, run: MetricsCommand.run),
        ShellCommand(name: "assist", usage: AssistCommand.usage, run: AssistCommand.run),
    ]

    func isMeant(_ words: [String]) -> Bool { words.first == name && isForAShell(words) }
}
