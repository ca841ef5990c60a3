import AGI
import Call
import Configuration

extension Handset.Rules {
    init(_ settings: Settings, _ environment: AGI.Environment) {
        // Set first, so that the dialplan finds these if the program dies before it sets others.
        let variables: [Command.Assignment] = [
            Command.Assignment(.status, Ending.Status.error.rawValue), Command.Assignment(.reason, "unfinished"),
        ]
        // The function exists on PJSIP channels only.
        let setsMode = settings.call.dtmfMode != .none && environment["type"] == "PJSIP"
        self.init()
        answer = settings.call.answer
        dtmfMode = setsMode ? settings.call.dtmfMode.rawValue : nil
        bargeIn = settings.call.bargeIn
        waitPrompt = settings.call.waitPrompt
        self.variables = variables
        cleared = [.transferTarget]
    }
}
