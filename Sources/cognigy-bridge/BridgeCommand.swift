import AGI
import Bridge
import CGI
import Call
import Configuration
import Counters
import Glibc
import State
import System

/// Started by Asterisk, one process for each call. AGI(cognigy-bridge) joins keys and prompts to a flow,
/// EAGI(cognigy-bridge,voice) joins speech to it, AGI(cognigy-bridge,handoff) hands the channel's session to an agent.
enum BridgeCommand {
    static func run(_ arguments: [String], environment: [String: String]) -> ExitCode {
        if let stray = StrayWord(arguments) {
            // A shell without a terminal sends no AGI environment: wait for it a second only.
            let patience = Starter(environment: environment) == .asterisk ? Duration.seconds(10) : .seconds(1)
            return refuse(stray.forTheDialplan, orElse: stray.forAShell, .usage, within: patience, environment)
        }
        let invocation: Invocation =
            switch arguments.first {
            case "voice": .voice(Array(arguments.dropFirst()))
            case "handoff": .handoff(HandoffWords(arguments.dropFirst(), own: Settings.argumentNames))
            default: .bridge(arguments)
            }
        do throws(Errno) {
            return answer(invocation, environment, signals: try Signals([SIGHUP, SIGTERM, SIGINT]))
        } catch {
            return refuse("\(error)", orElse: "\(error)", .failure, environment)
        }
    }

    /// What the dialplan asks for, with the arguments that belong to it.
    private enum Invocation {
        case bridge([String])
        case voice([String])
        case handoff(HandoffWords)

        var settings: [String] {
            switch self {
            case .bridge(let words), .voice(let words): words
            case .handoff(let words): words.settings
            }
        }

        var role: Settings.Role {
            switch self {
            case .bridge: .bridge
            case .voice: .voice
            case .handoff: .handoff
            }
        }
    }

    /// Refuses the call before anything else is done. If no AGI environment arrives, this is no call: `complaint` goes to
    /// standard error instead.
    static func refuse(
        _ message: String, orElse complaint: String, _ code: ExitCode, within patience: Duration = .seconds(10),
        _ environment: [String: String]
    ) -> ExitCode {
        var link = AGILink()
        guard let call = try? link.readEnvironment(within: patience), call["request"] != nil else {
            Console.printError(complaint)
            return code
        }
        refuse(message, &link)
        count([], environment)
        return .configuration
    }

    private static func answer(
        _ invocation: Invocation, _ environment: [String: String], signals: consuming Signals
    ) -> ExitCode {
        TimeSlice.shorten()
        var link = AGILink()
        guard let call = try? link.readEnvironment(within: .seconds(10)) else {
            Console.printError(
                "no AGI environment came on stdin: Asterisk starts this program; at a shell begin with cognigy-bridge --help"
            )
            return .usage
        }
        if invocation.role == .voice, !call.carriesAudio {
            return refuse(
                "AGI(cognigy-bridge,voice) hears nothing: the dialplan must start it with EAGI()", &link, invocation,
                environment)
        }
        do throws(ConfigurationError) {
            let settings = try Settings.load(
                environment: environment, arguments: invocation.settings, for: invocation.role)
            guard let kind = kind(invocation, settings) else {
                return refuse(
                    "AGI(cognigy-bridge,handoff) names no queue: add queue=ID, or set [handoff] queue", &link,
                    invocation,
                    environment)
            }
            return carry(settings, kind, call, link, signals)
        } catch {
            return refuse("\(error)", &link, invocation, environment)
        }
    }

    /// Refuses a call whose settings cannot be used, and counts it where that can be read all the same.
    private static func refuse(
        _ message: String, _ link: inout AGILink, _ invocation: Invocation, _ environment: [String: String]
    ) -> ExitCode {
        refuse(message, &link)
        count(invocation.settings, environment)
        return .configuration
    }

    private static func count(_ words: [String], _ environment: [String: String]) {
        guard Settings.counts(environment: environment, arguments: words) else { return }
        let state = Settings.statePath(environment: environment, arguments: words)
        var counts = Counts()
        counts.addEnding(Ending.Status.error.rawValue, "configuration")
        StateFolder(ofCalls: state, report: Console.printError)
            .map { CounterFile(folder: $0, log: Console.printError).add(counts) }
    }

    /// nil: a handoff without a queue.
    private static func kind(_ invocation: Invocation, _ settings: Settings) -> CallLoop.Kind? {
        switch invocation {
        case .bridge: .bridge
        case .voice: .voice
        case .handoff(let words):
            settings.handoff.queue.map {
                .handoff(queue: $0, sessionID: words.sessionID, variables: words.variables)
            }
        }
    }

    private static func carry(
        _ settings: Settings, _ kind: CallLoop.Kind, _ call: AGI.Environment, _ link: AGILink,
        _ signals: consuming Signals
    ) -> ExitCode {
        let log = Log(settings, about: call.uniqueID ?? "-")
        log.linesLeft = Log.mostOfACall
        do {
            let loop = try CallLoop(
                settings, for: kind, environment: call, link: link, signals: signals, log: log)
            return loop.run().status == .error ? .configuration : .success
        } catch {
            var link = link
            log.write(.error, "\(error)")
            refuse("\(error)", &link)
            return .configuration
        }
    }

    /// Reports a broken installation: to the operator in Asterisk's log and on stderr, to the dialplan in the variables.
    private static func refuse(_ message: String, _ link: inout AGILink) {
        Console.printError(message)
        let commands: [Command] = [
            .warn("cognigy-bridge: \(message)"),
            .setVariables([
                Command.Assignment(.status, Ending.Status.error.rawValue), Command.Assignment(.reason, "configuration"),
            ]),
        ]
        for command in commands {
            guard (try? link.send(command)) != nil, answered(&link) else { return }
        }
    }

    private static func answered(_ link: inout AGILink) -> Bool {
        let deadline = MonotonicClock.now() + .seconds(1)
        while true {
            let ready = try? Poll.wait(
                for: Poll.Interest(link.input, .readable), timeout: deadline - MonotonicClock.now())
            guard ready?.isEmpty == false, let replies = try? link.receive() else { return false }
            if !replies.isEmpty { return true }
        }
    }
}
