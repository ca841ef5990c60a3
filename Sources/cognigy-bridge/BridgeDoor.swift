import AGI
import Call
import Configuration
import Glibc
import State
import System

/// AGI(cognigy-bridge): the call bridge; EAGI(cognigy-bridge,voice): the speech channel.
enum BridgeDoor {
    static func run(_ arguments: [String], environment: [String: String]) -> ExitCode {
        let purpose: Settings.Purpose = arguments.first == "voice" ? .voice : .bridge
        let settings = purpose == .voice ? Array(arguments.dropFirst()) : arguments
        do throws(Errno) {
            return answer(purpose, settings, environment, signals: try Signals([SIGHUP, SIGTERM, SIGINT]))
        } catch {
            Doors.complain("\(error)")
            return .failure
        }
    }

    private static func answer(
        _ purpose: Settings.Purpose, _ arguments: [String], _ environment: [String: String],
        signals: consuming Signals
    ) -> ExitCode {
        var link = Link()
        guard let call = try? link.readEnvironment(within: .seconds(10)) else {
            Doors.complain("no AGI environment came on stdin: Asterisk starts this program; try cognigy-bridge call")
            return .usage
        }
        if purpose == .voice, call["enhanced"] != "1.0" {
            refuse("AGI(cognigy-bridge,voice) hears nothing: the dialplan must start it with EAGI()", &link)
            return .configuration
        }
        do throws(ConfigurationError) {
            let settings = try Settings.load(environment: environment, arguments: arguments, for: purpose)
            return carry(settings, purpose, call, link, signals)
        } catch {
            refuse("\(error)", &link)
            return .configuration
        }
    }

    private static func carry(
        _ settings: Settings, _ purpose: Settings.Purpose, _ call: AGI.Environment, _ link: Link,
        _ signals: consuming Signals
    ) -> ExitCode {
        let log = Log(target: settings.paths.log, level: settings.paths.logLevel)
        log.callID = call.uniqueID ?? "-"
        do {
            let loop = try CallLoop(
                settings, for: purpose, environment: call, link: link, signals: signals, log: log)
            return loop.run().status == .error ? .failure : .success
        } catch {
            var link = link
            log.write(.error, "\(error)")
            refuse("\(error)", &link)
            return .configuration
        }
    }

    /// A broken installation: the operator reads it on the console and in stderr, the dialplan in the variables.
    private static func refuse(_ message: String, _ link: inout Link) {
        Doors.complain(message)
        let commands: [Command] = [
            .verbose("cognigy-bridge: \(message)", level: 1), .setVariable(.status, Ending.Status.error.rawValue),
            .setVariable(.reason, "configuration"),
        ]
        for command in commands {
            guard (try? link.send(command)) != nil, answered(&link) else { return }
        }
    }

    private static func answered(_ link: inout Link) -> Bool {
        let deadline = MonotonicClock.now() + .seconds(1)
        while true {
            let ready = try? Poll.wait(
                for: [Poll.Interest(link.input, .readable)], timeout: deadline - MonotonicClock.now())
            guard ready?.isEmpty == false, let replies = try? link.receive() else { return false }
            if !replies.isEmpty { return true }
        }
    }
}
