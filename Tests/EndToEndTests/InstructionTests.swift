import Glibc
import System
import TestService
import Testbed
import Testing

/// How many instructions the program runs until its first command, for a key and for a message, in thousands, as callgrind
/// counts them: they say more than times, which depend on what else a machine does. Callgrind has a processor of its own, with
/// AES-NI and AVX2, so the counts are the same on every machine; but not with another toolchain or other libraries. Whoever
/// means a change of more than a tenth, or has a new toolchain, puts the counts that the failed test names in place of these.
/// On a busy machine several things happen in one turn of the loop, and a key takes an eighth less: that is no failure.
@Suite(.serialized, .enabled(if: Instructions.canBeCounted, "There is no valgrind here: nothing counts instructions."))
struct InstructionTests {
    private static let first = 588
    private static let firstWithSample = 909
    private static let key = 92
    private static let message = 160

    @Test func untilTheFirstCommand() throws {
        try check(Self.first) { try Instructions.untilTheFirstCommand(try AGIWorld()) }
    }

    /// The file that `make install` leaves, where nothing but the endpoint is set.
    @Test func untilTheFirstCommandWithTheSampleFile() throws {
        let sample = try #require(contents(of: Binary.root + "/agi-bin/cognigy-bridge.conf"))
        try check(Self.firstWithSample) {
            let world = try AGIWorld()
            let named = "\nendpoint_url_file = "
            let parts = sample.split(separator: named, maxSplits: 1)
            let rest = try #require(parts.last?.drop { $0 != "\n" })
            let endpoint = world.folder.path("endpoint")
            try world.folder.write("http://127.0.0.1:9/0123456789abcdef", to: endpoint)
            try world.folder.write("\(parts[0])\(named)\(endpoint)\(rest)", to: "file")
            world.environment = [
                "PATH=/usr/bin:/bin", "COGNIGY_BRIDGE_CONF=\(world.folder.path("file"))",
                "COGNIGY_PATHS_STATE=\(world.folder.path("state"))",
            ]
            return try Instructions.untilTheFirstCommand(world)
        }
    }

    @Test func ofAKey() throws {
        try check(Self.key) { try Instructions.each { _ = try $0.key() } }
    }

    /// Of a number, which Asterisk says itself.
    @Test func ofAMessage() throws {
        try check(Self.message) { try Instructions.each { _ = try $0.message() } }
    }

    /// Counts again where a count is odd, up to twice.
    private func check(
        _ expected: Int, sourceLocation: SourceLocation = #_sourceLocation, _ count: () throws -> Int
    ) throws {
        var counts: [Int] = []
        for _ in 0..<3 {
            counts.append(try count() / 1000)
            if isNear(counts.last ?? 0, expected) { return }
        }
        Issue.record("\(counts) thousand instructions, not \(expected)", sourceLocation: sourceLocation)
    }

    private func isNear(_ count: Int, _ expected: Int) -> Bool {
        count * 10 <= expected * 11 && count * 4 >= expected * 3
    }
}

private enum Instructions {
    static let canBeCounted = access("/usr/bin/valgrind", X_OK) == 0

    struct Uncounted: Error {}

    /// Of one step of a call: what twice as many steps take more.
    static func each(_ step: (DelayPeers) throws -> Void) throws -> Int {
        let steps = 50
        return (try least { try ofACall(2 * steps, step) } - (try least { try ofACall(steps, step) })) / steps
    }

    /// Of three, for a busy machine wakes the program more often.
    private static func least(_ count: () throws -> Int) rethrows -> Int {
        min(try count(), try count(), try count())
    }

    private static func ofACall(_ steps: Int, _ step: (DelayPeers) throws -> Void) throws -> Int {
        let service = try ReadyService([
            "/api/v1/auth": #"{"access_token":"token","expires_in":3600}"#, "/api/v1/sessions": #"{"id":"session"}"#,
        ])
        let world = try AGIWorld(port: service.port)
        let peers = try DelayPeers(command(world), world, service)
        for _ in 0..<steps { try step(peers) }
        peers.end()
        return try counted(world)
    }

    /// The pipe is full, so the program waits with its first command; there a signal ends it.
    static func untilTheFirstCommand(_ world: AGIWorld) throws -> Int {
        let replies = try Pipe()
        let commands = try Pipe()
        try Descriptor.writeWhole(replies.rawWriter, AGIWorld.block)
        Descriptor.setNonBlocking(commands.rawWriter)
        while try Descriptor.write(commands.rawWriter, [UInt8](repeating: 0, count: 4096)) > 0 {}
        var process = try Subprocess(
            command(world), environment: world.environment, input: replies.rawReader, output: commands.rawWriter)
        if !eventually({ waits(process.pid) }) { throw Uncounted() }
        process.kill(SIGUSR1)
        process.wait()
        return try counted(world)
    }

    /// Whether the process has slept for some tens of milliseconds.
    private static func waits(_ pid: pid_t) -> Bool {
        func state() -> (isAsleep: Bool, ticks: Int) {
            // proc_pid_stat(5): after the command's name in parentheses come state, ppid, ...
            let text = contents(of: "/proc/\(pid)/stat") ?? ""
            let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
            guard fields.count > 13 else { return (false, 0) }
            return (fields[1] == "S", (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0))
        }
        let ticks = state().ticks
        for _ in 0..<30 {
            let now = state()
            if !now.isAsleep || now.ticks != ticks { return false }
            usleep(1000)
        }
        return ticks > 0
    }

    private static func command(_ world: AGIWorld) -> [String] {
        ["valgrind", "-q", "--tool=callgrind", "--callgrind-out-file=\(profile(world))", Binary.path]
    }

    private static func profile(_ world: AGIWorld) -> String { world.folder.path("profile") }

    private static func counted(_ world: AGIWorld) throws -> Int {
        let line = contents(of: profile(world))?.split(separator: "\n").first { $0.hasPrefix("totals: ") }
        guard let count = line?.split(separator: " ").last.flatMap({ Int($0) }) else { throw Uncounted() }
        return count
    }
}
