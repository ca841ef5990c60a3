import Cognigy
import State

/// What WebhookHandler needs besides the request. `ErrandRunner` provides it; tests provide a fake.
protocol InterruptionService {
    /// The folder that all processes of this machine share.
    var folder: StateFolder? { get }

    /// Whether a webhook came before, to this machine or another.
    func see(_ id: String, now: Double) -> SeenWebhooks.Sighting

    /// Stops what the call of a session plays on another machine. False where there is none.
    func stopElsewhere(_ sessionID: String) -> Bool

    /// Tells the service of an interruption, and waits for its answer until the deadline.
    func interrupt(
        _ sessionID: String, steps: [BargeIn.Step], confidence: Double, within deadline: Duration
    ) -> ErrandRunner.Interrupted

    /// Removes old files from the folder.
    func sweep()
}

extension ErrandRunner: InterruptionService {}
