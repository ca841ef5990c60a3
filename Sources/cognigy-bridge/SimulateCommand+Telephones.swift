import StandIn
import System
import Telephones

extension SimulateDoor {
    /// Telephones whose calls go to the stand-in, or by the user's own configuration.
    static func settings(
        _ options: SimulateOptions, _ port: UInt16, _ scenario: Scenario, _ standIn: StandInServer, _ folder: String
    ) throws(Errno) -> VoiceSimulator.Options {
        guard let program = ProcessEnvironment.program else { throw Errno("readlink") }
        var telephones = VoiceSimulator.Options(program: program, folder: folder)
        telephones.port = port
        telephones.environment = ProcessEnvironment.variables
        if options.isLive { return telephones }
        // Nothing of the user's own configuration has a say in it.
        for name in telephones.environment.keys where name.hasPrefix("COGNIGY_") { telephones.environment[name] = nil }
        var authority = ""
        if let certificate = standIn.authority {
            authority = "ca_file = \(folder)/authority.pem"
            try AtomicFile.write(certificate, to: "\(folder)/authority.pem")
        }
        let settings = """
            [cognigy]
            base_url = \(standIn.baseURL)
            api_key = \(scenario.apiKey)
            bot_id = \(scenario.bot)
            dialog_id = \(scenario.dialog)
            \(authority)
            [speech]
            stt_url = \(standIn.baseURL)/stt
            stt_key = \(scenario.recognitionKey)
            tts_url = \(standIn.baseURL)
            tts_key = \(scenario.speechKey)
            [paths]
            state = \(folder)/state

            """
        let file = "\(folder)/cognigy-bridge.conf"
        try AtomicFile.write(Array(settings.utf8), to: file)
        telephones.environment["COGNIGY_BRIDGE_CONF"] = file
        return telephones
    }
}
