import Glibc
import Simulator
import System
import TestService
import Testbed
import Testing

/// A machine with the bridge installed: a state folder, a service, and calls through a fake Asterisk.
final class PBX {
    let folder: TemporaryFolder
    let service: StandInService
    var environment: [String: String]

    init(_ scenario: String = Scenario.demo, tls: Bool = false, settings: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        service = try StandInService(scenario, tls: tls, in: folder)
        environment = [
            "COGNIGY_BASE_URL": service.baseURL, "COGNIGY_CLIENT_ID": "demo", "COGNIGY_CLIENT_SECRET": "demo-secret",
            "COGNIGY_FLOW_ID": "demo-flow", "COGNIGY_PATHS_STATE": folder.path("state"),
            "COGNIGY_PATHS_LOG": folder.path("log"), "COGNIGY_PATHS_LOG_LEVEL": "debug",
        ]
        if let authority = service.authority { environment["COGNIGY_CA_FILE"] = authority }
        environment.merge(settings) { $1 }
    }

    func start(_ plan: CallPlan, arguments: [String] = [], channel: FakeChannel = FakeChannel()) throws -> FakeAsterisk
    {
        try FakeAsterisk(
            program: Binary.path, arguments: arguments, environment: environment, plan: plan, channel: channel,
            sounds: folder.path("sounds"))
    }

    func call(
        _ plan: CallPlan, arguments: [String] = [], channel: FakeChannel = FakeChannel(),
        deadline: Duration = .seconds(30)
    ) throws -> CallRecord {
        try start(plan, arguments: arguments, channel: channel).run(deadline: deadline)
    }

    /// A sound of Asterisk's own: silence, 8 kHz.
    func addSound(_ name: String, milliseconds: Int) throws {
        if mkdir(folder.path("sounds"), 0o755) != 0, errno != EEXIST { throw Errno("mkdir") }
        try AtomicFile.write([UInt8](repeating: 0, count: milliseconds * 16), to: folder.path("sounds/" + name))
    }

    var log: String { (try? folder.text("log")) ?? "" }

    /// Files that a call should not leave behind.
    func leftovers() -> [String] {
        let calls = folder.path("state/calls")
        return (try? FolderListing.names(calls)) ?? []
    }
}

extension PBX {
    /// Many calls at once, in one loop.
    func calls(_ count: Int, _ plan: CallPlan = [], deadline: Duration = .seconds(60)) throws -> [CallRecord] {
        let calls = try (0..<count).map { number in
            var channel = FakeChannel()
            channel.uniqueID = "1700000000.\(number)"
            return Box(try start(plan, channel: channel))
        }
        let end = MonotonicClock.now() + deadline
        while calls.contains(where: { !$0.asterisk.isOver }), MonotonicClock.now() < end {
            let timeout = calls.compactMap { $0.asterisk.isOver ? nil : $0.asterisk.timeout }.min()
            _ = try Poll.wait(
                for: calls.flatMap { $0.asterisk.interests }, timeout: min(timeout ?? .seconds(1), .seconds(1)))
            // A journal that nobody reads would fill its pipe and hold the service up.
            _ = service.entries()
            for call in calls where !call.asterisk.isOver { try call.asterisk.advance() }
        }
        return calls.map { $0.asterisk.record }
    }
}

/// A call that the test turns itself.
final class Box {
    var asterisk: FakeAsterisk

    init(_ asterisk: consuming FakeAsterisk) { self.asterisk = asterisk }

    func signal(_ number: CInt) {
        if let process = asterisk.processID { kill(process, number) }
    }

    struct Late: Error {}

    /// Goes on until `isReached`, or to the end of the call.
    func run(within limit: Duration = .seconds(30), until isReached: (CallRecord) -> Bool) throws {
        let end = MonotonicClock.now() + limit
        try asterisk.advance()
        while !asterisk.isOver, !isReached(asterisk.record) {
            let left = end - MonotonicClock.now()
            if left <= .zero { throw Late() }
            _ = try Poll.wait(for: asterisk.interests, timeout: min(asterisk.timeout ?? left, left))
            try asterisk.advance()
        }
    }
}
