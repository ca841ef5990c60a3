import AGI

/// What Asterisk is told at the end of a call.
struct Farewell {
    var fallbackPrompt: String?
    var hangsUpAtEnd = true
    var hangsUpOnFailure = false
    /// Where the dialplan goes on after a handoff.
    var destination: [Command] = []

    /// `turns`: nil where what a call before this one has said of them stands, and of the session where there is none.
    func commands(_ ending: Ending, sessionID: String?, turns: Int?) -> [Command] {
        var commands: [Command] = [
            .setVariable(.status, ending.status.rawValue), .setVariable(.reason, ending.reason),
        ]
        if sessionID != nil || turns != nil { commands.append(.setVariable(.sessionID, sessionID ?? "")) }
        if let turns { commands.append(.setVariable(.turns, String(turns))) }
        if let target = ending.transferTarget { commands.append(.setVariable(.transferTarget, target)) }
        if ending.isFailure {
            if let detail = ending.detail { commands.append(.verbose("cognigy-bridge: \(detail)", level: 1)) }
            if let prompt = fallbackPrompt { commands.append(.streamFile(prompt, escape: .none)) }
        }
        if ending.status == .handoff { commands += destination }
        if ending.isFailure ? hangsUpOnFailure : ending.status == .completed && hangsUpAtEnd {
            commands.append(.hangup)
        }
        return commands
    }

    /// How long that may take.
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
