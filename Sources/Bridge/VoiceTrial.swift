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

    /// nil where the voice that calls use is no WebSocket.
    public init?(_ settings: Settings, _ client: HTTPClient) {
        guard case .socket(let address) = PromptMaker.Voice(settings) else { return nil }
        self.client = client
        self.address = address
        place = address.location.authority
    }

    /// The rate of its samples, and how long it took.
    public func run() throws(Failure) -> (rate: Int, time: Duration) {
        let start = MonotonicClock.now()
        let socket = SynthesisSocket(client, address, timeout: Self.patience, now: start)
        defer { socket.end() }
        while MonotonicClock.now() < start + Self.patience {
            let timeout = socket.hasMore ? .zero : start + Self.patience - MonotonicClock.now()
            let ready = client.wait(for: [socket.interest].compactMap(\.self), timeout: timeout)
            socket.process(ready, MonotonicClock.now())
            for completion in client.completions() { _ = socket.completed(completion, MonotonicClock.now()) }
            if let fault = socket.fault { throw fault.isRefusal ? .refused(fault.line()) : .failed(fault.line()) }
            if let rate = socket.rate { return (rate, MonotonicClock.now() - start) }
        }
        throw .failed("it did not say within \(Self.patience / .seconds(1)) seconds that it is ready")
    }
}
