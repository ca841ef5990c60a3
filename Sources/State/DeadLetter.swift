import Cognigy
import JSON

/// An interruption of which the service was not told, or only in part. It holds no token and no words of the caller.
public struct DeadLetter: Equatable, Sendable {
    public let sessionID: String
    /// What is left to do, in order.
    public let steps: [BargeIn.Step]
    public let confidence: Double
    /// When the caller interrupted.
    public let time: Double

    public init(sessionID: String, steps: [BargeIn.Step], confidence: Double, time: Double) {
        self.sessionID = sessionID
        self.steps = steps
        self.confidence = confidence
        self.time = time
    }
}

extension DeadLetter {
    /// nil where the file makes no sense.
    init?(_ file: JSON) {
        guard let sessionID = file["session_id"]?.string, !sessionID.isEmpty, let names = file["steps"]?.array,
            let confidence = file["confidence"]?.number, (0...1).contains(confidence),
            let time = file["time"]?.number
        else { return nil }
        let steps = names.compactMap { $0.string.flatMap(BargeIn.Step.init(rawValue:)) }
        if steps.isEmpty || steps.count != names.count || Set(steps).count != steps.count { return nil }
        self.init(sessionID: sessionID, steps: steps, confidence: confidence, time: time)
    }

    var file: JSON {
        [
            "session_id": .string(sessionID), "steps": .array(steps.map { .string($0.rawValue) }),
            "confidence": .number(confidence), "time": .number(time),
        ]
    }
}
