import Glibc
import StandIn
import System
import TestService
import Testbed

/// Two boxes behind Kamailio, the service that both use, and the callers on the trunk.
final class Site {
    struct Failed: Error, CustomStringConvertible { let description: String }

    /// How many callers a fault meets.
    let count: Int
    let kamailio: Kamailio
    let boxes: [Box]
    let service: StandInService
    /// What the boxes share; nil: there is none to be had.
    private(set) var redis: RedisServer?
    /// 127.network holds all addresses.
    let network: String
    private let folder: TemporaryFolder
    private let signals: Signals
    private var batches: [Batch] = []
    private var heard = Sessions()
    /// What SIPp has said of the callers that are gone.
    private var surprises: [String] = []
    /// Which box has answered which caller while nothing failed.
    var homes: [String: String] = [:]

    private static let flow = """
        event CALL_CREATED command {"verb":"play","url":"/audio/welcome-8k-700ms.wav"}
        input 0 command {"verb":"dial","target":[{"type":"phone","number":"100"}]}
        input any command {"verb":"play","url":"/audio/answer-8k-300ms.wav"}
        """

    init(_ count: Int) throws {
        self.count = count
        signals = try Signals([SIGINT, SIGTERM, SIGHUP])
        folder = try TemporaryFolder()
        service = try StandInService(Self.flow, in: folder)
        // No two processes have the same number, so no two runs the same addresses.
        let number = getpid() % 62_500
        network = "127.\(number / 250 + 1).\(number % 250 + 1)"
        let inner = network.dropFirst(4)
        let address = "\(network).5"
        let url = "\(service.baseURL)/\(Scenario.demoToken)"
        let redis = RedisServer.isThere ? try RedisServer(in: folder) : nil
        self.redis = redis
        boxes = try AsteriskVersion.allCases.map {
            try Box($0, network: String(inner), kamailio: address, service: url, redis: redis)
        }
        kamailio = try Kamailio(at: address, trunk: "\(network).1", boxes: boxes.map(\.address))
        try wait("both boxes are in use") { try boxes.allSatisfy { try kamailio.uses($0.address) } }
    }

    /// Lets so many call; `prefix` is what their numbers begin with.
    func call(
        _ count: Int, _ prefix: String = "+4960", keys: Int, asksForAgent: Bool = false, lasting length: Duration,
        within ramp: Duration
    ) throws -> Batch {
        let batch = Batch(
            keys: keys, asksForAgent: asksForAgent, lasting: length, from: "\(network).1", to: kamailio.address,
            beginning: service.entries().count)
        try batch.call(count, prefix, within: ramp)
        batches.append(batch)
        return batch
    }

    /// Once it has been killed.
    func startKamailioAgain() throws {
        try kamailio.start()
        try wait("Kamailio listens") { kamailio.listens }
    }

    func startAgain(_ box: Box) throws { try box.startAgain { try take() } }

    /// With nothing of what the one before knew.
    func startRedisAgain() throws { if let redis { self.redis = try RedisServer(in: folder, port: redis.port) } }

    /// How many calls listen to what webhooks say to other boxes.
    func listening() throws -> Int { try redis?.ask("PUBSUB", "CHANNELS").split(separator: "\n").count ?? 0 }

    /// What Kamailio, the boxes and SIPp have remarked of late.
    func remarks() -> [String] {
        defer { surprises = [] }
        return kamailio.remarks().suffix(20).map { "Kamailio: \($0)" } + boxes.flatMap { $0.remarks() } + surprises
    }

    /// What each part says of itself, for whoever has to find out why a wait has ended badly.
    func statements() -> [String] {
        try? take()
        return kamailio.statement() + boxes.flatMap { $0.statement() } + batches.flatMap { $0.statement() }
            + Threads.descendants()
    }

    /// Goes on until `isReached`.
    func wait(_ what: String, within limit: Duration = .seconds(40), until isReached: () throws -> Bool) throws {
        let end = MonotonicClock.now() + limit
        while try !isReached() {
            if MonotonicClock.now() > end { throw Failed(description: "\(what): not within \(limit)") }
            _ = try Poll.wait(
                for: boxes.flatMap(\.interests) + [service.interest, Poll.Interest(signals.raw, .readable)],
                timeout: .milliseconds(50))
            if let signal = signals.next() { throw Failed(description: "ended by signal \(signal)") }
            try take()
        }
    }

    /// Looks what all have said meanwhile. The service ends where nobody reads its journal for five seconds, so whatever takes long
    /// while there are calls does this.
    private func take() throws {
        heard.take(service.entries())
        if service.hasEnded { throw Failed(description: "the service has ended") }
        for box in boxes { box.take() }
        for batch in batches { batch.update() }
    }

    /// Waits until the last caller has hung up, and the service has heard all.
    func end(_ batch: Batch) throws {
        let limit = MonotonicClock.now() + .seconds(60)
        try wait("the end of the callers", within: .seconds(70)) {
            // Who hangs is no call that is done.
            try batch.hasEnded() || MonotonicClock.now() > limit
        }
        // The last of them may have told of his end since.
        batch.update()
        // What is left of calls that nobody ends is not waited for.
        let end = MonotonicClock.now() + .seconds(5)
        try wait("the last keys") {
            batch.numbers.allSatisfy { batch.done[$0] == nil || keys(of: $0, batch) == batch.keys }
                || MonotonicClock.now() > end
        }
        batches.removeAll { $0 === batch }
        surprises += batch.statement()
    }

    /// Ends what callers have left on the boxes: a call of which the caller knows nothing lasts until Asterisk misses his ACK, or
    /// for ever, and `core stop gracefully` would wait for it. The answer is how many channels have not ended by themselves.
    func clear(after patience: Duration) throws -> Int {
        var left = 0
        let end = MonotonicClock.now() + patience
        for box in boxes where box.isRunning {
            try waitForChannels(of: box) { $0 == 0 || MonotonicClock.now() >= end }
            guard let channels = box.channels, channels > 0 else { continue }
            left += channels
            try box.send("channel request hangup all")
            try waitForChannels(of: box) { $0 == 0 }
        }
        return left
    }

    func waitForChannels(of box: Box, until fits: (Int) -> Bool) throws {
        try box.countChannels()
        try wait("the channels of \(box.name)") {
            guard let channels = box.channels else { return false }
            if fits(channels) { return true }
            try box.countChannels()
            return false
        }
    }

    /// The sessions of a caller; more than one where the call went to two boxes.
    func sessions(of number: Int, _ batch: Batch) -> [Session] {
        heard.of(batch.name(number), since: batch.beginning)
    }

    /// Whether each caller is with a box, by what the service knows, or was turned away.
    func isSettled(_ batch: Batch) -> Bool {
        batch.hasBegun && batch.numbers.allSatisfy { home(of: $0, batch) != nil || batch.lost.contains($0) }
    }

    private func keys(of number: Int, _ batch: Batch) -> String { sessions(of: number, batch).map(\.keys).joined() }

    /// The box that has a caller, once it has told the service of him.
    func home(of number: Int, _ batch: Batch) -> String? { sessions(of: number, batch).first?.box }

    /// Who did not get all of a call: he was not answered, was hung up on, or a key of his has not come, or twice.
    func lost(_ batch: Batch) -> [Int] {
        batch.numbers.filter { batch.done[$0] == nil || keys(of: $0, batch) != batch.keys }
    }

    func story(_ number: Int, _ batch: Batch) -> String {
        let heard = sessions(of: number, batch).map { "\($0.box) heard \($0.keys)" }.joined(separator: ", ")
        return "\(batch.name(number)) pressed \(batch.keys): "
            + "\(batch.answered[number] == nil ? "not " : "")answered, \(batch.done[number] == nil ? "cut off, " : "")\(heard)"
    }
}
