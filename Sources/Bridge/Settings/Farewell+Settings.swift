import AGI
import Call
import Configuration

extension Farewell {
    init(_ settings: Settings) {
        self.init()
        fallbackPrompt = settings.call.fallbackPrompt
        hangsUpAtEnd = settings.call.onEnd == .hangup
        hangsUpOnFailure = settings.call.onFailure == .hangup
        // ast_explicit_goto() of SET PRIORITY comes last: it takes what the other two have set.
        if let context = settings.handoff.context {
            destination = [.setContext(context)]
            if let exten = settings.handoff.exten { destination.append(.setExtension(exten)) }
            destination.append(.setPriority(String(settings.handoff.priority ?? 1)))
        }
    }
}
