import Bridge
import Cognigy
import Configuration
import Glibc
import HTTP
import State
import System
import Text
import Transport

/// `cognigy-bridge check`: tries everything that a call needs, prints a line for each, and says what to mend.
struct CheckCommand {
    static let usage = """
        Usage: cognigy-bridge check [--turn]
          As root it goes on as Asterisk's user. Prints "ok" or "BAD" and what to do, for: configuration, state folder,
          certificates, speech to text and a voice by WebSocket, and the endpoint; or token and flow (AGI), API key and bot
          (EAGI). No call is made.
          --turn also runs the endpoint's flow once, as the beginning of a call does, and shows what it says.
          Exits with 0 when all is well, 78 when the configuration is broken, else 1.
        """

    /// What is wrong, and what to do.
    struct Trouble: Error {
        let description: String

        init(_ problem: String, _ remedy: String) { description = "\(problem); \(remedy)" }
        init(_ description: String) { self.description = description }
    }

    private var exit = ExitCode.success
    private let asks: Bool

    private init(asks: Bool) { self.asks = asks }

    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        if !arguments.isEmpty && arguments != ["--turn"] {
            Console.printError("check takes no argument but --turn")
            return .usage
        }
        if !Operator.stepDown(environment) { return .failure }
        // A service may close the connection while we write; write(2) must return EPIPE then.
        signal(SIGPIPE, SIG_IGN)
        var command = CheckCommand(asks: !arguments.isEmpty)
        command.step("program") { () throws(Trouble) in try ProgramCheck.place(environment) }
        command.check(environment)
        return command.exit
    }

    private mutating func check(_ environment: [String: String]) {
        let (bridge, voice) = configurations(environment)
        guard let settings = bridge ?? voice else { return }
        var folder: StateFolder?
        let mayWrite = step("state folder") { () throws(Trouble) in
            folder = try Self.stateFolder(settings.paths.state)
            return settings.paths.state
        }
        if !mayWrite { folder = nil }
        let endpoint = settings.cognigy.endpoint
        let addresses = endpoint.map { [$0.server] } ?? [bridge?.cognigy.baseURL, voice?.cognigy.dialogURL]
        let recognizer = voice.flatMap { Recognizer($0.speech) }.flatMap { $0.stream == nil ? nil : $0 }
        let locations = addresses.compactMap { $0.flatMap { Location($0) } } + [recognizer?.location].compactMap(\.self)
        if locations.contains(where: \.isSecure) {
            step("certificates") { () throws(Trouble) in try Self.place(of: TrustStore(settings.cognigy)) }
        }
        guard let client = HTTPClient(settings.cognigy) else {
            step("network") { () throws(Trouble) in throw Trouble("libcurl could not be started", "free some memory") }
            return
        }
        let service = ServiceCheck(client: client)
        if let recognizer, let trial = RecognitionTrial(recognizer, client) {
            step("speech to text") { () throws(Trouble) in try service.recognizer(recognizer, trial) }
        }
        if let trial = VoiceTrial(voice ?? settings, client) {
            step("voice") { () throws(Trouble) in try Self.voice(trial) }
        }
        if endpoint != nil {
            let asks = asks
            step("endpoint") { () throws(Trouble) in try Self.endpoint(settings, client, asks: asks) }
            return
        }
        if asks {
            step("endpoint") { () throws(Trouble) in
                throw Trouble("there is none to take a turn", "set endpoint_url_file, or leave --turn out")
            }
        }
        if let bridge {
            var token = ""
            let isIn = step("token") { () throws(Trouble) in
                token = try service.token(bridge.cognigy, folder: folder)
                return "\(bridge.cognigy.baseURL) accepts client_id and its secret"
            }
            if isIn {
                step("flow") { () throws(Trouble) in try service.flow(bridge.cognigy, token: token) }
            }
        }
        if let voice {
            step("bot") { () throws(Trouble) in try service.bot(voice.cognigy) }
        }
    }

    private static func voice(_ trial: VoiceTrial) throws(Trouble) -> String {
        do throws(VoiceTrial.Failure) {
            let (rate, time) = try trial.run()
            return "\(trial.place) is ready to speak at \(rate) Hz, after \(Int(time / .milliseconds(1))) ms"
        } catch {
            switch error {
            case .refused(let why):
                throw Trouble("\(trial.place): \(why)", "look at tts_key, tts_voice and the path of tts_url")
            case .failed(let why): throw Trouble("\(trial.place): \(why)", "look at tts_url, the firewall and proxy")
            }
        }
    }

    /// Tries the endpoint in Cognigy's test mode. REST has nothing that could be tried without running the flow.
    private static func endpoint(_ settings: Settings, _ client: HTTPClient, asks: Bool) throws(Trouble) -> String {
        let server = settings.cognigy.endpoint?.server ?? ""
        let isREST = settings.cognigy.surface == .rest
        if isREST, !asks {
            return
                "\(server) by REST, which is not tried without --turn; a flow can only answer there: what an agent or an "
                + "API sends unasked is not heard"
        }
        guard var loop = EndpointTrialLoop(settings, client, asks: asks) else {
            throw Trouble("\(server) is no address of a service", "copy the Endpoint URL from Cognigy")
        }
        let (outcome, time) = loop.run()
        let milliseconds = "\(Int(time / .milliseconds(1))) ms"
        switch outcome {
        case .ready: return "\(server) takes the token and is ready, after \(milliseconds)"
        case .answered(let words, let sounds):
            let said = words.isEmpty ? "without words" : "with \"\(words.joined(separator: " ").prefix(500))\""
            let played = sounds == 0 ? "" : sounds == 1 ? " and a sound" : " and \(sounds) sounds"
            return "\(server) answered the beginning of a call \(said)\(played), after \(milliseconds)"
        case .failed(let ending): throw Trouble("\(ending.reason): \(ending.detail ?? "")")
        }
    }

    /// Prints the result of one step. Returns whether it was good.
    @discardableResult
    private mutating func step(_ name: String, _ attempt: () throws(Trouble) -> String) -> Bool {
        do throws(Trouble) {
            let detail = try attempt()
            print("ok  \(name): \(Self.printable(detail))")
            return true
        } catch {
            print("BAD \(name): \(Self.printable(error.description))")
            if exit == .success { exit = .failure }
            return false
        }
    }

    /// A flow's words may hold what commands a terminal.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isControlOrLineBreak ? " " : $0 }))
    }

    /// Loads the settings for AGI and for EAGI calls. Reports an error only for a kind that somebody has begun to configure.
    private mutating func configurations(_ environment: [String: String]) -> (bridge: Settings?, voice: Settings?) {
        let bridge = Self.load(environment, .bridge)
        let voice = Self.load(environment, .voice)
        var complaints: [String] = []
        switch (bridge, voice) {
        case (.success, .success): break
        case (.failure(let one), .failure(let other)):
            let isOne = one == other || !Self.beginsSpeech(environment)
            complaints = isOne ? ["\(one)"] : ["for AGI: \(one)", "or for EAGI: \(other)"]
        // One kind is complete. The other is wanted too if a setting that only it needs is there.
        case (.success(let settings), .failure(let error)):
            if settings.cognigy.apiKey != nil || settings.speech.sttURL != nil { complaints = ["for EAGI: \(error)"] }
        case (.failure(let error), .success(let settings)):
            if !settings.cognigy.clientID.isEmpty { complaints = ["for AGI: \(error)"] }
        }
        for complaint in complaints {
            step("configuration") { () throws(Trouble) in throw Trouble(complaint) }
            exit = .configuration
        }
        if complaints.isEmpty {
            let file = environment["COGNIGY_BRIDGE_CONF"].flatMap { $0.isEmpty ? nil : $0 } ?? Settings.defaultFile
            step("configuration") { () throws(Trouble) in access(file, F_OK) == 0 ? file : "from the environment" }
        }
        return (try? bridge.get(), try? voice.get())
    }

    /// Whether what lacks for EAGI matters: somebody has set what only it needs.
    private static func beginsSpeech(_ environment: [String: String]) -> Bool {
        switch load(environment, .widget) {
        case .success(let settings):
            settings.speech.sttURL != nil || settings.cognigy.apiKey != nil || settings.cognigy.botID != nil
                || settings.cognigy.dialogID != nil
        case .failure: false
        }
    }

    private static func load(
        _ environment: [String: String], _ role: Settings.Role
    ) -> Result<Settings, ConfigurationError> {
        do throws(ConfigurationError) {
            return .success(try Settings.load(environment: environment, arguments: [], for: role))
        } catch { return .failure(error) }
    }

    /// The folder that calls share. Writes a file into the lasting folder first, to prove that it can be written.
    private static func stateFolder(_ path: String) throws(Trouble) -> StateFolder {
        var refusal = ""
        if StateFolder(path: path, report: { refusal = $0 }) == nil { throw Trouble(refusal) }
        // If we are killed now, a call sweeps a file of this name away.
        let file = "\(path)/check\(AtomicFile.temporarySuffix)"
        do throws(Errno) { try AtomicFile.write("check".utf8, to: file) } catch {
            throw Trouble(
                "\(path): a file cannot be written (\(error))",
                "make room on that disk, or name another in [paths] state")
        }
        unlink(file)
        guard let folder = StateFolder(ofCalls: path, report: { refusal = $0 }) else { throw Trouble(refusal) }
        return folder
    }

    private static func place(of trust: TrustStore) throws(Trouble) -> String {
        guard let place = trust.folder ?? trust.file else {
            throw Trouble("this machine has none", "install the package ca-certificates, or set ca_file")
        }
        if access(place, R_OK) != 0 {
            throw Trouble(
                "\(place): \(Errno("access"))",
                "name one that \(Account.words(geteuid())) can read, as ca_file or ca_path")
        }
        return place
    }
}
