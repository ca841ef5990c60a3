import FakeAsterisk
import Glibc
import JSON
import StandIn
import System

/// A server of telephones over WebSocket. This room joins the two ends of a call, the fake Asterisk and the stand-in
/// service: here are the telephones of `cognigy-bridge simulate --voice-port`, and the two columns that
/// `cognigy-bridge call` prints (`CallView`).
///
/// Each client is the caller of an EAGI call that runs the program with the argument `voice`, so that a developer can
/// speak with a flow without Asterisk and without a telephone. The owner polls `interests` for `timeout` and calls
/// `advance` after each poll.
public final class VoiceSimulator {
    public struct Options: Sendable {
        /// 0 for any free port.
        public var port: UInt16 = 8765
        public var program: String
        /// Added to the environment that Asterisk gives the program.
        public var environment: [String: String] = [:]
        /// A private folder for the metrics of the program.
        public var folder: String

        public init(program: String, folder: String) {
            self.program = program
            self.folder = folder
        }
    }

    /// More connections at once are not accepted. One developer needs fewer.
    static let mostLines = 32

    private let options: Options
    private let listener: ListeningSocket
    private let journal: (Journal.Entry) -> Void
    private let started = MonotonicClock.now()
    private var lines: [Telephone] = []
    private var count = 0
    private var isClosed = false

    public init(_ options: Options, journal: @escaping (Journal.Entry) -> Void) throws(Errno) {
        self.options = options
        self.journal = journal
        listener = try ListeningSocket(port: options.port)
        note(.voicePort, ["url": .string("ws://\(listener.host):\(listener.port)")])
    }

    public var interests: [Poll.Interest] {
        let accepting = accepts ? [Poll.Interest(listener.raw, .readable)] : []
        return accepting + lines.flatMap(\.interests)
    }

    /// How long to poll at most; nil means without a limit.
    public var timeout: Duration? { lines.compactMap(\.timeout).min() }

    /// Whether no client is connected.
    public var isIdle: Bool { lines.isEmpty }

    private var accepts: Bool { !isClosed && lines.count < VoiceSimulator.mostLines }

    /// Hangs up all calls and accepts no more.
    public func hangUp() {
        isClosed = true
        for line in lines { line.hangUp() }
        lines.removeAll(where: \.isOver)
    }

    /// Does everything that is due. Call it after each poll.
    public func advance() throws(Errno) {
        while accepts, let socket = listener.accept() { add(socket) }
        for line in lines { try line.advance() }
        lines.removeAll(where: \.isOver)
    }

    private func add(_ socket: consuming FileDescriptor) {
        count += 1
        let (number, options) = (count, options)
        let metrics = "\(options.folder)/metrics-\(number)"
        let start = { () throws(FakeCall.Failure) -> FakeCall in
            var channel = FakeChannel()
            channel.name = "Simulator/\(number)"
            channel.type = "Simulator"
            channel.callerID = "sim-user"
            channel.uniqueID = "\(Int(WallClock.now())).\(number)"
            channel.nativeFormat = "slin16"
            channel.variables["EAGI_AUDIO_FORMAT"] = "slin16"
            return try FakeCall(
                program: options.program, arguments: ["voice"],
                environment: options.environment.merging(["COGNIGY_PATHS_METRICS": metrics]) { $1 }, channel: channel,
                enhanced: true)
        }
        lines.append(
            Telephone(socket, metrics: metrics, start: start) { [unowned self] details in
                note(.voiceCall, details.merging(["call": .integer(number)]) { $1 })
                if details["state"] == "over" { unlink(metrics) }
            })
    }

    private func note(_ event: Journal.Event, _ details: [String: JSON]) {
        journal(Journal.Entry(time: (MonotonicClock.now() - started).inSeconds, event: event, details: details))
    }
}
