import Cognigy
import Configuration
import HTTP
import System
import Transport

/// Opens the WebSocket of a voice until it is ready for text, for an operator who waits. Nothing is spoken.
public struct VoiceTrial {
    public enum Failure: Error {
        /// By the voice itself.
        case refused(String)
        case failed(String)
    }

    /// Without its path, which may hold what others need not know.
    public let place: String
    private let client: HTTPClient
    private let address: SynthesisStream.Address

    private static let patience = Duration.seconds(10)

    /// nil where the configured voice is no WebSocket.
    public init?(_ settings: Settings, _ client: HTTPClient) {
        guard let address = SynthesisStream.Address(settings) else { return nil }
        self.client = client
        self.address = address
        place = address.location.authority
    }

    /// The rate of its samples, and how long it took.
    public func run() throws(Failure) -> (rate: Int, time: Duration) {
        let start = MonotonicClock.now()
        let socket = SynthesisSocket(client, address, timeout: Self.patience)
        defer { socket.end() }
        while MonotonicClock.now() < start + Self.patience {
            let timeout = socket.hasMore ? .zero : start + Self.patience - MonotonicClock.now()
            socket.process(client.wait(for: [socket.interest].compactMap(\.self), timeout: timeout))
            for completion in client.completions() { _ = socket.completed(completion) }
            if let failure = socket.failure {
                throw failure.isRefusal ? .refused(failure.why) : .failed(failure.why)
            }
            if let rate = socket.rate { return (rate, MonotonicClock.now() - start) }
        }
        throw .failed("it did not say within \(Self.patience / .seconds(1)) seconds that it is ready")
    }
}
