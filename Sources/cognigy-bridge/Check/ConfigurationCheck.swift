import Checkup
import Configuration
import Glibc

/// Checks the settings for AGI and for EAGI calls, and says which secrets are there.
struct ConfigurationCheck {
    private let environment: [String: String]
    private let words: [String]

    init(_ environment: [String: String], _ words: [String]) {
        (self.environment, self.words) = (environment, words)
    }

    /// nil: no such call can be taken.
    func run(_ steps: CheckSteps) -> (bridge: Settings?, voice: Settings?) {
        let (bridge, voice) = (load(.bridge), load(.voice))
        let complaints = complaints(bridge, voice)
        for complaint in complaints {
            steps.run("configuration") { () throws(Trouble) in throw Trouble(.configuration, sentence: complaint) }
        }
        let configured = (bridge: try? bridge.get(), voice: try? voice.get())
        if complaints.isEmpty {
            let file = Settings.file(environment: environment, arguments: words)
            steps.run("configuration") { () throws(Trouble) in access(file, F_OK) == 0 ? file : "from the environment" }
        }
        if let settings = configured.voice ?? configured.bridge {
            steps.run("secrets") { () throws(Trouble) in Self.secrets(settings) }
        }
        return configured
    }

    /// Complains of a kind of call only where somebody has begun to configure it.
    private func complaints(
        _ bridge: Result<Settings, ConfigurationError>, _ voice: Result<Settings, ConfigurationError>
    ) -> [String] {
        switch (bridge, voice) {
        case (.success, .success): return []
        case (.failure(let one), .failure(let other)):
            return one == other || !beginsSpeech ? ["\(one)"] : ["for AGI: \(one)", "or for EAGI: \(other)"]
        // One kind is complete. The other is wanted too if a setting that only it needs is there.
        case (.success(let settings), .failure(let error)):
            return settings.cognigy.apiKey != nil || settings.speech.sttURL != nil ? ["for EAGI: \(error)"] : []
        case (.failure(let error), .success(let settings)):
            return settings.cognigy.clientID.isEmpty ? [] : ["for AGI: \(error)"]
        }
    }

    /// Whether what lacks for EAGI matters: somebody has set what only it needs.
    private var beginsSpeech: Bool {
        switch load(.widget) {
        case .success(let settings):
            settings.speech.sttURL != nil || settings.cognigy.apiKey != nil || settings.cognigy.botID != nil
                || settings.cognigy.dialogID != nil
        case .failure: false
        }
    }

    private func load(_ role: Settings.Role) -> Result<Settings, ConfigurationError> {
        Result { () throws(ConfigurationError) in
            try Settings.load(environment: environment, arguments: words, for: role)
        }
    }

    /// A secret that others could read, that is empty or missing, is a broken configuration and was reported as one.
    private static func secrets(_ settings: Settings) -> String {
        let (cognigy, speech) = (settings.cognigy, settings.speech)
        let names = [
            cognigy.endpoint.map { _ in "endpoint_url" },
            cognigy.clientSecret.reveal().isEmpty ? nil : "client_secret", cognigy.apiKey.map { _ in "api_key" },
            speech.sttKey.map { _ in "stt_key" }, speech.ttsKey.map { _ in "tts_key" },
            settings.bargeIn.secret.map { _ in "the secret of [barge_in]" },
        ].compactMap(\.self)
        return names.isEmpty
            ? "none is set" : "\(names.joined(separator: ", ")): set; a file that holds one is closed to others"
    }
}
