import Bridge
import Configuration
import Glibc
import State
import System

/// `cognigy-bridge barge-in --retry`: tells the service of the interruptions that webhooks could not deliver.
enum BargeInCommand {
    static let usage = """
        Usage: cognigy-bridge barge-in --retry
          Tells the service of the interruptions that it could not be told of when they came, the oldest first. They are
          kept for a day. Safe to run at any time, by a timer or twice at once.
          Exit code 0: nothing is left; 1: something is, and why is on stderr
        """

    /// The time limit for one letter.
    private static let patience = Duration.seconds(10)
    /// After this time the first letter that fails ends the run; before it, the others are still tried.
    private static let longestDelay = Duration.seconds(60)

    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        if arguments != ["--retry"] {
            Console.printError(usage)
            return .usage
        }
        if !Operator.stepDown(environment) { return .failure }
        do {
            let settings = try Settings.load(environment: environment, arguments: [], for: .bargeIn)
            let log = Log(settings)
            let loop = try ErrandRunner(settings, signals: try Signals([SIGTERM, SIGINT]), log: log)
            if let problem = loop.folderProblem {
                Console.printError("barge-in: \(problem)")
                return .configuration
            }
            return retry(loop)
        } catch {
            Console.printError("\(error)")
            return .configuration
        }
    }

    private static func retry(_ loop: ErrandRunner) -> ExitCode {
        var why = ""
        let end = MonotonicClock.now() + longestDelay
        let delivery = DeadLetters(folder: loop.folder).deliver(now: WallClock.now()) { letter in
            let outcome = loop.interrupt(
                letter.sessionID, steps: letter.steps, confidence: letter.confidence, within: patience)
            if outcome.isDelivered { return .delivered }
            if !outcome.mayBeDeliveredLater { return .refused }
            why = outcome.why
            // The service failed for this session only: go on with the next letter.
            if case .failed = outcome.reason, MonotonicClock.now() < end { return .setAside(left: outcome.left) }
            return .later(left: outcome.left)
        }
        switch delivery {
        case .underWay:
            Console.print("another process is at it")
            return .success
        case .impossible(let why):
            Console.printError("barge-in: \(why)")
            return .failure
        case .done(let report):
            Console.print(
                "delivered \(report.delivered), refused \(report.refused), too old \(report.tooOld), left \(report.left)"
            )
            if report.broken > 0 {
                Console.printError("barge-in: \(report.broken) files that made no sense are removed")
            }
            if report.left > 0 { Console.printError("barge-in: the service was not told of all: \(why)") }
            return report.left == 0 ? .success : .failure
        }
    }
}
