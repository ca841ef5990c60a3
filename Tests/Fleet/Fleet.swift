import FakeAsterisk
import Glibc
import JSON
import System
import TestService
import Testbed

/// Many calls at once on one state folder, or on those of several machines with one Redis, for some time, while programs are
/// killed and stopped at random: no other call may notice.
struct Fleet {
    let count: Int
    let length: Duration
    private let machines: [PBX]
    private let redis: RedisServer?
    private let folder: TemporaryFolder
    private var callers: [Caller] = []
    private var started = 0
    private var stopped: [(caller: Caller, until: Duration)] = []
    private var losses: [String] = []
    private var greetings: [Duration] = []
    private var fates: [Caller.Fate: Int] = [:]
    private var untouched = 0
    /// What the Redis had when most calls were connected.
    private var peak = (clients: 0, memory: 0, before: 0)

    /// Of a token, in seconds. The first call in the second half of it fetches the next.
    private static let tokenLife = 40.0

    init(count: Int, length: Duration, machines number: Int) throws {
        self.count = count
        folder = try TemporaryFolder()
        redis = number > 1 ? try RedisServer(in: folder, options: ["maxclients 20000"]) : nil
        self.length = length
        let answers = (1...8).map { #"key \#($0) send {"type":"response","text":"\#($0)"}"# }
        var settings = [
            "COGNIGY_PATHS_LOG": "off", "COGNIGY_SPEECH_TTS": "none", "COGNIGY_PATHS_LOG_LEVEL": "error",
        ]
        settings["COGNIGY_FLEET_REDIS_URL"] = redis.map { "redis://127.0.0.1:\($0.port)" }
        let first = try PBX(
            """
            expires-in \(Int(Self.tokenLife))
            open send {"type":"response","text":"0"}
            \(answers.joined(separator: "\n"))
            key 9 send {"type":"response","text":"9","end":true}
            """,
            settings: settings)
        settings["COGNIGY_BASE_URL"] = first.service.baseURL
        peak.before = try redis?.figure("used_memory") ?? 0
        machines = [first] + (try (1..<max(number, 1)).map { _ in try PBX(settings: settings) })
    }

    private var service: StandInService { machines[0].service }

    /// Whether all went well.
    mutating func run() throws -> Bool {
        let began = MonotonicClock.now()
        var nextFate = began + .seconds(1)
        var nextWord = began + .seconds(5)
        while true {
            let now = MonotonicClock.now()
            let isStarting = now < began + length
            if isStarting { try startSome() } else if callers.isEmpty { break }
            if isStarting, now >= nextFate {
                meetFate(now)
                nextFate = now + .milliseconds(Int.random(in: 100...500))
            }
            wakeStopped(now, all: !isStarting)
            if now >= nextWord {
                progress(now - began)
                try lookAtRedis()
                nextWord = now + .seconds(5)
            }
            // A key that was pressed while its program stood still may be lost, and its caller waits for an answer.
            if now > began + length + .seconds(20) {
                for caller in callers where caller.fate == .stopped { caller.call.asterisk.hangUp() }
            }
            if now > began + length + .seconds(60) {
                losses.append("\(callers.count) calls have not ended")
                break
            }
            try turn()
        }
        return try report(MonotonicClock.now() - began)
    }

    private mutating func lookAtRedis() throws {
        guard let redis else { return }
        let (clients, memory) = (try redis.figure("connected_clients"), try redis.figure("used_memory"))
        if clients > peak.clients { (peak.clients, peak.memory) = (clients, memory) }
    }

    /// So many at a time that those who run are served meanwhile.
    private mutating func startSome() throws {
        for _ in 0..<min(4, count - callers.count) {
            started += 1
            let keys = (0..<Int.random(in: 1...5)).map { _ in "12345678".randomElement() ?? "1" }
            let pause = Duration.milliseconds(Int.random(in: 50...2500))
            callers.append(
                try Caller(machines[started % machines.count], number: started, keys: String(keys) + "9", pause: pause))
        }
    }

    private mutating func meetFate(_ now: Duration) {
        guard let caller = callers.randomElement(), caller.fate == .none, !caller.call.asterisk.isOver
        else { return }
        if Bool.random() {
            caller.fate = .killed
            caller.call.signal(SIGKILL)
        } else {
            caller.fate = .stopped
            caller.call.signal(SIGSTOP)
            stopped.append((caller, now + .milliseconds(Int.random(in: 200...10_000))))
        }
        fates[caller.fate, default: 0] += 1
    }

    private mutating func wakeStopped(_ now: Duration, all: Bool) {
        for (caller, until) in stopped where all || until <= now { caller.call.signal(SIGCONT) }
        stopped.removeAll { all || $0.until <= now }
    }

    private mutating func turn() throws {
        let timeout = callers.compactMap { $0.call.asterisk.timeout }.min()
        _ = try Poll.wait(
            for: callers.flatMap { $0.call.asterisk.interests } + [service.interest],
            timeout: min(timeout ?? .milliseconds(100), .milliseconds(100)))
        _ = service.entries()
        for caller in callers { try caller.advance() }
        for caller in callers where caller.call.asterisk.isOver {
            guard caller.fate == .none else { continue }
            untouched += 1
            if let loss = caller.loss { losses.append(loss) }
            if let greeted = caller.greetedAfter { greetings.append(greeted) }
        }
        callers.removeAll { $0.call.asterisk.isOver }
    }

    private func progress(_ time: Duration) {
        say(
            "\(Int(time.inSeconds)) s: \(callers.count) calls, \(untouched) ended, \(fates[.killed] ?? 0) killed, "
                + "\(fates[.stopped] ?? 0) stopped, \(losses.count) lost")
    }

    private func report(_ time: Duration) throws -> Bool {
        let tokens = service.count(.token)
        // One for each life, and one for each program that may have been killed or stopped while it fetched.
        let owed = Int(time.inSeconds / (Self.tokenLife / 2)) + 1 + (fates[.killed] ?? 0) + (fates[.stopped] ?? 0)
        let faults = try machines.flatMap { try whatIsWrongOnDisk($0) }
        let times = greetings.sorted()
        let at = { (share: Double) in times.isEmpty ? 0 : times[Int(Double(times.count - 1) * share)].inSeconds }
        say(
            """
            calls                   \(started), \(untouched) of them left alone
            killed, stopped         \(fates[.killed] ?? 0), \(fates[.stopped] ?? 0)
            lost                    \(losses.count)
            token requests          \(tokens), in \(Int(time.inSeconds / (Self.tokenLife / 2)) + 1) lives; at most \(owed)
            until the greeting      p50 \(at(0.5)) s, p99 \(at(0.99)) s, longest \(at(1)) s
            wrong in the folder     \(faults.count)
            """)
        if let redis {
            say("machines                \(machines.count)")
            let load = try RedisLoad(
                redis, calls: started, memory: peak.memory, before: peak.before, clients: peak.clients)
            say(load.text)
        }
        for what in Set(losses + faults).prefix(20) { say("  " + what) }
        return losses.isEmpty && faults.isEmpty && tokens <= owed && untouched > 0
    }

    /// Files that nobody could read, locks that nobody gives back, and a call that finds a folder that it cannot use.
    private func whatIsWrongOnDisk(_ pbx: PBX) throws -> [String] {
        var faults: [String] = []
        var unfinished = 0
        for name in try FolderListing.names(pbx.sharedPath("")) {
            let path = pbx.sharedPath(name)
            if name.hasSuffix(".lock") {
                let lock = open(path, O_RDWR | O_CLOEXEC)
                if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) != 0 { faults.append("\(name) is still locked") }
                if lock >= 0 { close(lock) }
            } else if name.hasPrefix("token-"), (try? JSON(parsing: AtomicFile.read(path, limit: 1 << 16).bytes)) == nil
            {
                faults.append("\(name) is no JSON")
            } else if name.hasSuffix(".tmp") {
                unfinished += 1
            }
        }
        if unfinished > fates[.killed] ?? 0 { faults.append("\(unfinished) files were left unfinished") }
        let record = try pbx.call([.press("9", when: .whenHeard(1))])
        if record.variables["COGNIGY_STATUS"] != "COMPLETED" { faults.append("the next call: \(record.variables)") }
        return faults
    }

    private func say(_ text: String) { try? Descriptor.writeWhole(1, (text + "\n").utf8) }
}
