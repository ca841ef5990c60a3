import Call
import Cognigy
import Configuration
import Flow
import HTTP
import System
import Transport
import WebSocket

/// Carries out the trial of an endpoint, for an operator who waits.
public struct EndpointTrialLoop {
    private let client: HTTPClient
    private let base: Location
    private var trial: EndpointTrial
    private var socket = ServiceSocket()
    private var requests: [Int: Purpose] = [:]
    private var happened: [Event] = []

    /// In test mode, which Cognigy does not count; nil: the URL is none.
    public init?(_ settings: Settings, _ client: HTTPClient, asks: Bool) {
        guard let written = settings.cognigy.endpoint, let base = Location(written.server) else { return nil }
        self.client = client
        self.base = base
        var settings = settings
        settings.cognigy.testMode = true
        trial = EndpointTrial(
            Endpoint(server: base, token: written.token.reveal()), EndpointService.Way(settings),
            dialect: InputDialect(settings.cognigy.inputDialect), asks: asks, seed: UInt64.random(in: .min ... .max))
    }

    /// What has come of it, and how long it took.
    public mutating func run() -> (outcome: EndpointTrial.Outcome, time: Duration) {
        let start = MonotonicClock.now()
        perform(trial.begin(now: start, wallClock: WallClock.now()))
        while true {
            while !happened.isEmpty {
                perform(trial.handle(happened.removeFirst(), now: MonotonicClock.now(), wallClock: WallClock.now()))
            }
            if let outcome = trial.outcome { return (outcome, MonotonicClock.now() - start) }
            let now = MonotonicClock.now()
            let timeout = socket.hasMore ? .zero : trial.nextDeadline.map { max($0 - now, .zero) }
            let ready = client.wait(for: [socket.interest].compactMap(\.self), timeout: timeout)
            happened += socket.process(ready).map { .socket($0) }
            for completion in client.completions() {
                if let event = socket.completed(completion) {
                    happened.append(.socket(event))
                } else if let purpose = requests.removeValue(forKey: completion.id) {
                    happened.append(.response(purpose, completion.result))
                }
            }
            happened.append(.tick)
        }
    }

    private mutating func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .openSocket:
                forgetSocket()
                socket.open(client, to: base, timeout: .seconds(10))
            case .upgrade(let path, let headers): note(socket.upgrade(path: path, headers: headers))
            case .sendText(let text, _, _): note(socket.send(text))
            case .closeSocket(let code): note(socket.close(code))
            case .abandonSocket:
                forgetSocket()
                socket.abandon()
            case .request(let purpose, let request): requests[client.start(request)] = purpose
            default: break
            }
        }
    }

    /// What a socket has said that is given up now is not what the next one says.
    private mutating func forgetSocket() {
        happened.removeAll { if case .socket = $0 { true } else { false } }
    }

    private mutating func note(_ event: SocketEvent?) {
        if let event { happened.append(.socket(event)) }
    }
}
