import StandIn
import System
import Telephones

extension SimulateCommand {
    /// The telephones. Their calls use the stand-in, or the user's own configuration with --live.
    static func settings(
        _ options: SimulateOptions, _ environment: [String: String], _ port: UInt16, _ scenario: Scenario,
        _ standIn: StandInServer, _ folder: String
    ) throws(Errno) -> VoiceSimulator.Options {
        var telephones = VoiceSimulator.Options(program: ProcessEnvironment.program, folder: folder)
        telephones.port = port
        telephones.environment = environment
        if options.isLive { return telephones }
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
            """
        let file = try DemoConfiguration.write(settings, to: folder)
        telephones.environment = DemoConfiguration.environment(environment, with: file)
        return telephones
    }
}
