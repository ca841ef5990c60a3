import AGI

/// What Asterisk is told at the end of a call.
public struct Farewell: Sendable {
    public var fallbackPrompt: String?
    public var hangsUpAtEnd = true
    public var hangsUpOnFailure = false
    /// Where the dialplan goes on after a handoff.
    public var destination: [Command] = []

    public init() {}

    /// The commands that end the call. `sessionID` and `turns`: nil leaves the variable as an earlier call has set it.
    /// `warnings`: what an operator is to read in Asterisk's own log.
    func commands(_ ending: Ending, sessionID: String?, turns: Int?, warnings: [String] = []) -> [Command] {
        var variables = [
            Command.Assignment(.status, ending.status.rawValue), Command.Assignment(.reason, ending.reason),
        ]
        if let sessionID { variables.append(Command.Assignment(.sessionID, sessionID)) }
        if ending.status == .completed, let words = ending.detail {
            variables.append(Command.Assignment(.endReason, String(words.prefix(100))))
        }
        if let turns { variables.append(Command.Assignment(.turns, String(turns))) }
        if let target = ending.transferTarget, !target.isEmpty {
            variables.append(Command.Assignment(.transferTarget, target))
        }
        // Set the variables first: after a hangup there may be time for one command.
        var commands = [Command.setVariables(variables)]
        let failure = ending.isFailure ? ["\(ending.status.rawValue) \(ending.reason): \(ending.detail ?? "")"] : []
        commands += (failure + warnings).map { .warn("cognigy-bridge: \($0)") }
        if ending.isFailure, let prompt = fallbackPrompt { commands.append(.streamFile(prompt, escape: .none)) }
        if ending.status == .handoff { commands += destination }
        if ending.isFailure ? hangsUpOnFailure : ending.status == .completed && hangsUpAtEnd {
            commands.append(.hangup)
        }
        return commands
    }

    /// How long the end may take, the prompt included.
    func longest(_ ending: Ending) -> Duration {
        ending.isFailure && fallbackPrompt != nil ? .seconds(60) : .seconds(15)
    }
}

extension Ending {
    var isFailure: Bool { status == .unavailable || status == .error }

    var logged: Effect {
        .log(isFailure ? .warning : .info, "\(status.rawValue) \(reason)\(detail.map { ": \($0)" } ?? "")")
    }
}
