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
            do throws(FleetTrial.Loss) {
                let found = try trial.run()
                let time = Int(found.roundTrip / .microseconds(1))
                return "\(found.version) answers in \(time / 1000).\(time % 1000 / 100) ms"
                    + (found.isEncrypted ? "" : ", without TLS")
            } catch {
                throw .warning("\(error.words); this machine goes on alone", error.remedy)
            }
        }
    }
}
