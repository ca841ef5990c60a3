import System
import TestService
import Testbed

/// An Asterisk with the bridge, one of two that calls are spread over.
final class Box {
    let asterisk: Asterisk
    /// Its systemname, with which the ids of its calls begin.
    let name: String
    private var watchdog: Watchdog
    private(set) var isRunning = true
    /// Whether its manager may have something to say.
    private var speaks = true

    init(_ version: AsteriskVersion, network: String, kamailio: String, service: String, redis: RedisServer?) throws {
        name = "box\(version.rawValue)"
        asterisk = try Asterisk(
            version, network: network, changes: "\(Binary.root)/Tests/ManyBoxes/asterisk",
            words: ["@KAMAILIO@": kamailio, "@NAME@": name])
        watchdog = try Watchdog(over: asterisk.pid)
        try asterisk.configure(
            """
            [cognigy]
            endpoint_url = \(service)
            [handoff]
            context = agents
            \(redis.map { "[fleet]\nredis_url = redis://127.0.0.1:\($0.port)" } ?? "")
            """)
    }

    var address: String { asterisk.address }
    var interests: [Poll.Interest] { speaks ? [asterisk.manager.interest] : [] }

    func kill() {
        isRunning = false
        speaks = false
        asterisk.kill()
    }

    func startAgain(meanwhile: () throws -> Void) throws {
        try asterisk.startAgain(meanwhile: meanwhile)
        watchdog = try Watchdog(over: asterisk.pid)
        isRunning = true
        speaks = true
    }

    /// Says what has become of it when it ends, as `core stop gracefully` has told it to.
    func hasEnded() -> Bool {
        isRunning = isRunning && !asterisk.hasEnded()
        return !isRunning
    }

    func send(_ command: String) throws {
        try asterisk.manager.send([("Action", "Command"), ("Command", command), ("ActionID", command)])
    }

    /// How many channels it has; nil until it has answered.
    private(set) var channels: Int?

    func countChannels() throws {
        channels = nil
        try send("core show channels count")
    }

    /// What was last answered to each command.
    private var answers: [String: String] = [:]

    func take() {
        if !speaks { return }
        let messages: [ManagerConnection.Message]
        do { messages = try asterisk.manager.receive() } catch {
            // It may end at any time; whoever waits for that asks for it.
            speaks = false
            return
        }
        for message in messages where message.event.isEmpty {
            answers[message["ActionID"]] = message["Output"]
            if let line = message["Output"].split(separator: "\n").first(where: { $0.contains("active channel") }) {
                channels = line.split(separator: " ").first.flatMap { Int($0) }
            }
        }
    }

    /// How many lines of its log were looked at.
    private var looked = 0

    /// What Asterisk and the bridge have warned of in calls since this was asked the last time.
    func remarks() -> [String] {
        let lines = asterisk.log().split(separator: "\n")
        defer { looked = lines.count }
        let warnings = lines.dropFirst(looked).filter {
            $0.contains("[C-") && ($0.contains("WARNING[") || $0.contains("ERROR["))
        }
        return warnings.suffix(20).map { "\(name): \($0)" }
    }

    /// What it says of itself, or what it stands in where it says nothing.
    func statement() -> [String] {
        let questions = ["core show uptime", "core show channels concise"]
        for question in questions {
            answers[question] = nil
            try? send(question)
        }
        let hasAnswered = eventually {
            take()
            return questions.allSatisfy { answers[$0] != nil }
        }
        var lines = questions.flatMap { question in
            (answers[question] ?? "says nothing to \(question)").split(separator: "\n").map { "\(question): \($0)" }
        }
        lines += asterisk.log().split(separator: "\n").suffix(30).map(String.init)
        if !hasAnswered { lines += Threads.stacks(of: asterisk.pid) }
        return lines.map { "\(name): \($0)" }
    }

    /// For how many callers an agent's telephone was to ring so far, and how many of them were joined to him. By the log, which
    /// is whole when Asterisk has ended; what its manager says last is not.
    func handoffs() -> (asked: Int, joined: Int) {
        let lines = asterisk.log().split(separator: "\n")
        return (
            lines.count { $0.contains("Executing [s@agents:1] Dial(") },
            lines.count { $0.contains("Local/agent@telephones-") && $0.contains(" answered ") }
        )
    }
}
