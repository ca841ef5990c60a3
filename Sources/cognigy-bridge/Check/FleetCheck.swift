import Bridge
import Checkup
import Configuration
import Transport

/// Checks the Redis of [fleet].
enum FleetCheck {
    /// Without it each machine goes on alone, so what is wrong is a warning.
    static func run(_ settings: Settings, _ client: HTTPClient, _ steps: CheckSteps) {
        guard let trial = FleetTrial(settings, client) else { return }
        steps.run("fleet") { () throws(Trouble) in
            let found: FleetTrial.Outcome
            do throws(FleetTrial.Loss) { found = try trial.run() } catch {
                throw .warning("\(error.words); this machine goes on alone", error.remedy)
            }
            if let seconds = found.leftAlone {
                throw .warning(
                    "calls of other machines failed, so none asks the service for \(Int(seconds) + 1) s",
                    "see below why the service fails, and [paths] log of the other machines")
            }
            // In hundredths of a millisecond, rounded up.
            let time = Int(found.roundTrip / .microseconds(10)) + 1
            let rest = time % 100
            return "\(found.version) answers in \(time / 100).\(rest < 10 ? "0" : "")\(rest) ms"
                + (found.isEncrypted ? "" : ", without TLS")
        }
    }
}
