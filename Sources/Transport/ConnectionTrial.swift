import HTTP
import System

/// Connects to a host as a call does, says how long each step took, and closes the connection, for an operator who waits.
public struct ConnectionTrial {
    public enum Step: Int, Sendable {
        case lookup, connecting, tls
    }

    public struct Outcome {
        /// What was done, and how long each took.
        public fileprivate(set) var passed: [(step: Step, time: Duration)] = []
        /// Where it led: "192.0.2.1 port 443".
        public fileprivate(set) var place: String?
        /// At which step it ended, and why.
        public fileprivate(set) var failed: (step: Step, time: Duration, why: Failure)?
    }

    private let client: HTTPClient
    private let location: Location

    private static let patience = Duration.seconds(10)

    public init(_ client: HTTPClient, to location: Location) {
        (self.client, self.location) = (client, location)
    }

    public func run() -> Outcome {
        var (now, since) = (MonotonicClock.now(), MonotonicClock.now())
        let end = now + Self.patience + .seconds(1)
        let id = client.connect(to: location, timeout: Self.patience)
        defer { client.cancel(id) }
        var outcome = Outcome()
        var step = Step.lookup
        // Several steps may be over since it was looked the last time.
        func pass(to reached: Step) {
            while step.rawValue < reached.rawValue, let next = Step(rawValue: step.rawValue + 1) {
                outcome.passed.append((step, now - since))
                (step, since) = (next, now)
            }
        }
        while true {
            // Nothing tells when a step is over, so it looks every few milliseconds.
            _ = client.wait(for: [], timeout: .milliseconds(5))
            now = MonotonicClock.now()
            let progress = client.progress(of: id)
            if let progress { pass(to: Step(progress.step)) }
            outcome.place = progress?.addresses.last ?? outcome.place
            switch client.completions().first(where: { $0.id == id })?.result {
            case .success:
                pass(to: .tls)
                if location.isSecure { outcome.passed.append((.tls, now - since)) }
                return outcome
            case .failure(let why):
                outcome.failed = (step, now - since, why)
                return outcome
            case nil where now > end:
                outcome.failed = (step, now - since, .timedOut(progress?.waiting ?? location.host))
                return outcome
            case nil: break
            }
        }
    }
}

extension ConnectionTrial.Step {
    fileprivate init(_ step: Progress.Step) {
        switch step {
        case .lookup: self = .lookup
        case .connecting, .tunnel: self = .connecting
        case .tls, .request, .answer: self = .tls
        }
    }
}
