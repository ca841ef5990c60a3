import Configuration
import Glibc
import HTTP
import Redis
import State
import System
import Testbed
import TestService

@testable import Bridge
@testable import Transport

/// One process of a machine with its link to a Redis: it polls until something is so.
final class FleetBench {
    struct Late: Error { var line = #line }

    let client: HTTPClient
    let link: FleetLink
    private let machine: TemporaryFolder
    private var log: String { machine.path("log") }
    private(set) var pushed: [[RedisReply]] = []
    private(set) var reconnections = 0
    /// How far its clocks are ahead.
    var ahead = Duration.zero

    /// `machine`: the state folder that its processes share. `url` is `redis_url`, and `lines` are the rest of [fleet].
    init(_ url: String, _ lines: [String] = [], machine: TemporaryFolder, timeout: Duration = .seconds(20)) throws {
        signal(SIGPIPE, SIG_IGN)
        var settings = try Settings.parse(
            (["[fleet]", "redis_url = \(url)"] + lines).joined(separator: "\n"),
            fileName: "test", environment: ["COGNIGY_ENDPOINT_URL": "https://host.test/0123456789abcdef"])
        settings.fleet.timeout = timeout
        guard let client = HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: "http://127.0.0.1:9") else {
            throw Late()
        }
        self.client = client
        self.machine = machine
        let state = StateFolder(path: machine.path("state")) { _ in }
        let link = FleetLink(
            settings, client: client, folder: state, log: Log(target: .file(machine.path("log")), level: .debug))
        guard let link else { throw Late() }
        self.link = link
        link.clock = { [unowned self] in MonotonicClock.now() + ahead }
        link.wallClock = { [unowned self] in WallClock.now() + ahead.inSeconds }
        link.pushed = { [unowned self] in pushed.append($0) }
        link.reconnected = { [unowned self] in reconnections += 1 }
    }

    deinit { link.finish() }

    func turn(_ others: [Poll.Interest] = [], serve: ([CInt: Poll.Events]) throws -> Void = { _ in }) throws {
        let now = link.clock()
        let timeout = min(max((link.deadline ?? now + .seconds(1)) - now, .zero), .milliseconds(100))
        let ready = client.wait(for: link.interests + others, timeout: timeout)
        for completion in client.completions() { _ = link.completed(completion) }
        link.process(ready, now: link.clock())
        try serve(ready)
    }

    func turn(line: Int = #line, until isSo: () throws -> Bool) throws {
        let deadline = MonotonicClock.now() + .seconds(30)
        while try !isSo() {
            if MonotonicClock.now() > deadline { throw Late(line: line) }
            try turn()
        }
    }

    /// Asks, and waits for the answers in their order.
    func answers(_ commands: RedisCommand..., line: Int = #line) throws -> [RedisReply?] {
        var answers: [RedisReply?] = []
        for command in commands { link.ask(command) { answers.append($0) } }
        try turn(line: line) { answers.count == commands.count }
        return answers
    }

    func answer(_ words: String...) throws -> RedisReply? {
        try answers(RedisCommand(words.map { Array($0.utf8) }))[0]
    }

    /// It will try again, and does not at the moment.
    var isWaitingToComeBack: Bool { client.isIdle && link.deadline.map { $0 > link.clock() } ?? false }

    var logged: String {
        (try? AtomicFile.read(log, limit: 1 << 20, owner: .anyone, forbidden: 0)).map {
            String(decoding: $0.bytes, as: UTF8.self)
        } ?? ""
    }
}

extension RedisReply {
    static func text(_ text: String) -> RedisReply { .text(Array(text.utf8)) }
}
