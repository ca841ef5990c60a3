import Bridge
import Configuration
import Errands
import Glibc
import JSON
import State
import System

/// `cognigy-bridge handoff`: hands a session to a queue of agents, and prints each step.
enum HandoffCommand {
    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        let options: HandoffOptions
        do throws(HandoffOptions.Mistake) { options = try HandoffOptions(arguments) } catch {
            Console.printError("\(error)\n\(HandoffOptions.usage)")
            return .usage
        }
        if !Operator.stepDown(environment) { return .failure }
        do {
            let settings = try Settings.load(environment: environment, arguments: [], for: .handoff)
            guard let queue = options.queue ?? settings.handoff.queue else {
                Console.printError("handoff: there is no queue: add --queue ID, or set [handoff] queue")
                return .usage
            }
            let log = Log(settings)
            let loop = try ErrandRunner(settings, signals: try Signals([SIGINT, SIGTERM, SIGHUP]), log: log)
            return handOff(options, queue, loop, log)
        } catch {
            Console.printError("\(error)")
            return .configuration
        }
    }

    private static func handOff(
        _ options: HandoffOptions, _ queue: String, _ loop: ErrandRunner, _ log: Log
    ) -> ExitCode {
        if !options.printsJSON { Console.print("session \(options.sessionID) to queue \(queue)") }
        let result = loop.handOff(
            options.sessionID, to: queue, variables: options.variables, isDryRun: options.isDryRun
        ) { progress in
            if !options.printsJSON { Console.print(words(progress)) }
        }
        if options.printsJSON {
            Console.print(String(decoding: json(result, options, queue, log).harmless, as: UTF8.self))
        } else {
            show(result, log)
        }
        return code(result)
    }

    private static func words(_ progress: ErrandRunner.Progress) -> String {
        switch progress {
        case .looked: "  look  an active voice session"
        case .marked: "  mark  its variables say where it goes"
        case .ran: "  run   its flow has seen that"
        case .waiting: "  ...   a flow holds it; looking again in 2 s"
        }
    }

    /// Prints the result. The words of the service are cleaned for a terminal, and secrets are hidden.
    private static func show(_ result: Result<HandoffResult, HandoffFailure>, _ log: Log) {
        func printHiding(_ line: String) { Console.print(log.hiding(line)) }
        switch result {
        case .failure(let failure): Console.printError("handoff: \(log.hiding("\(failure)"))")
        case .success(let handover):
            guard let flow = handover.flow else {
                printHiding("nothing was changed; these variables would be set:")
                for (name, value) in handover.marked.sorted(by: { $0.key < $1.key }) {
                    printHiding("  \(name) = \(value.text)")
                }
                return
            }
            printHiding("handed off: flow \(flow.executionID) \(flow.status)")
            for (name, value) in flow.result.sorted(by: { $0.key < $1.key }) {
                printHiding("  \(name) = \(value.text)")
            }
        }
    }

    private static func json(
        _ result: Result<HandoffResult, HandoffFailure>, _ options: HandoffOptions, _ queue: String, _ log: Log
    ) -> JSON {
        var members: [String: JSON] = ["sessionId": .string(options.sessionID), "queue": .string(queue)]
        switch result {
        case .success(let handover):
            members["variables"] = .object(handover.marked)
            members["outcome"] = .string(handover.flow == nil ? "dry_run" : "handed_off")
            if let flow = handover.flow {
                members["flowExecutionId"] = .string(flow.executionID)
                members["status"] = .string(flow.status)
                members["result"] = .object(flow.result)
            }
        case .failure(let failure):
            members["outcome"] = .string(word(failure))
            members["error"] = .string(log.hiding("\(failure)"))
        }
        return .object(members)
    }

    private static func word(_ failure: HandoffFailure) -> String {
        switch failure {
        case .notFound: "not_found"
        case .notActiveVoice: "not_active_voice"
        case .locked: "locked"
        case .unauthorized: "unauthorized"
        case .forbidden: "forbidden"
        case .rateLimited: "rate_limited"
        case .uncertain: "uncertain"
        case .halfDone: "half_done"
        case .interrupted: "interrupted"
        case .refused, .unreachable, .badReply, .tooLate: "failed"
        }
    }

    private static func code(_ result: Result<HandoffResult, HandoffFailure>) -> ExitCode {
        switch result {
        case .success: .success
        case .failure(.notFound): .notFound
        case .failure(.notActiveVoice): .notActiveVoice
        case .failure(.locked): .locked
        case .failure(.forbidden): .forbidden
        case .failure(.rateLimited): .rateLimited
        case .failure(.halfDone), .failure(.uncertain): .halfDone
        case .failure: .failure
        }
    }
}
