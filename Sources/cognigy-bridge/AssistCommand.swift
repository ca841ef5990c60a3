import Bridge
import Configuration
import Glibc
import State
import System

/// `cognigy-bridge assist`: writes suggestions for agents to standard output, a line of JSON for each update of an interaction.
enum AssistCommand {
    static let usage = """
        Usage: cognigy-bridge assist
          Listens to the service's stream of interactions for months, and writes a line of JSON for each update:
            {"interactionId":ID,"triggered":BOOL,"cached":BOOL,"fallback":BOOL,"suggestions":[...]}
          SIGTERM ends it; SIGHUP reads the configuration again ([assist] says when and with what it helps).
          A reader that stalls loses the oldest lines beyond 1 MiB, which is logged; one that is gone ends it.
        """

    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        if !arguments.isEmpty {
            Console.printError(usage)
            return .usage
        }
        if !Operator.stepDown(environment) { return .failure }
        do {
            let settings = try Settings.load(environment: environment, arguments: [], for: .assist)
            let log = Log(settings, about: "assist")
            let loop = try AssistLoop(settings, signals: try Signals([SIGTERM, SIGINT, SIGHUP]), log: log) {
                do throws(ConfigurationError) {
                    return try Settings.load(environment: environment, arguments: [], for: .assist)
                } catch {
                    Console.printError("\(error)")
                    log.write(.error, "\(error)")
                    return nil
                }
            }
            loop.run()
            return .success
        } catch {
            Console.printError("\(error)")
            return .configuration
        }
    }
}
