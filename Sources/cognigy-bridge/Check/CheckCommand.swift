import Bridge
import Checkup
import Cognigy
import Configuration
import Glibc
import HTTP
import State
import System
import Transport

/// `cognigy-bridge check`: tries everything that a call needs, prints a line for each, and says what to do next.
struct CheckCommand {
    private let options: CheckOptions
    private let environment: [String: String]
    private let steps: CheckSteps

    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        do throws(CheckOptions.Mistake) {
            let options = try CheckOptions(arguments)
            if !Operator.stepDown(environment, options.words) { return .failure }
            // A service may close the connection while we write; write(2) must return EPIPE then.
            signal(SIGPIPE, SIG_IGN)
            let steps = CheckSteps(isJSON: options.isJSON, environment: environment)
            CheckCommand(options: options, environment: environment, steps: steps).check()
            return steps.exit
        } catch {
            Console.printError("\(error)")
            Console.write(CheckOptions.usage + "\n", to: 2, within: .seconds(5))
            return .usage
        }
    }

    private func check() {
        steps.run("program") { () throws(Trouble) in ProgramCheck.identity }
        let asterisk = AsteriskCheck(environment, steps)
        asterisk.run()
        let configured = ConfigurationCheck(environment, options.words).run(steps)
        guard let settings = configured.bridge ?? configured.voice else { return }
        // The speech channel has more of them.
        steps.secrets = Log(configured.voice ?? settings)
        if let dialplan = asterisk.dialplan() {
            DialplanCheck(dialplan: dialplan, environment: environment, steps: steps)
                .run(settings, endpoints: asterisk.endpoints)
        }
        asterisk.prompts([settings.call.waitPrompt, settings.call.fallbackPrompt].compactMap(\.self))
        let folder = FilesCheck(settings).run(steps)
        MachineCheck.run(steps)
        guard let client = HTTPClient(settings.cognigy) else {
            steps.run("network") { () throws(Trouble) in
                throw Trouble(.machine, "libcurl could not be started", "free some memory")
            }
            return
        }
        let service = ServiceCheck(client: client, folder: folder, steps: steps)
        if let endpoint = settings.cognigy.endpoint {
            service.endpoint(endpoint, settings, asks: options.asks)
        } else {
            if options.asks {
                steps.run("endpoint") { () throws(Trouble) in
                    throw Trouble(
                        .configuration, "there is none to take a turn", "set endpoint_url_file, or leave --turn out")
                }
            }
            if let bridge = configured.bridge { service.voiceAPI(bridge.cognigy) }
            if let voice = configured.voice { service.dialogs(voice.cognigy) }
        }
        AudioHostCheck(client: client, steps: steps).run(settings.call.audioHosts)
        SpeechCheck(client: client, folder: folder, steps: steps).run(configured.bridge, configured.voice)
        FleetCheck.run(settings, client, steps)
        WebCheck.run(settings, steps)
    }
}
