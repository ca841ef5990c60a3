import FakeAsterisk
import Glibc
import StandIn
import State
import System
import Testbed

/// A machine with the bridge installed: a state folder, a service, and calls through a fake Asterisk.
package final class PBX {
    package let folder: TemporaryFolder
    package let service: StandInService
    package var environment: [String: String]
    /// What the calls of this machine share: in memory, where that can be had.
    private let shared: StateFolder

    package init(
        _ scenario: String = Scenario.demo, tls: Bool = false, settings: [String: String] = [:], within: [String] = []
    ) throws {
        folder = try TemporaryFolder()
        guard let shared = StateFolder(ofCalls: folder.path("state"), report: { _ in }) else { throw NoState() }
        self.shared = shared
        service = try StandInService(scenario, tls: tls, in: folder, within: within)
        environment = [
            "COGNIGY_BASE_URL": service.baseURL, "COGNIGY_CLIENT_ID": "demo", "COGNIGY_CLIENT_SECRET": "demo-secret",
            "COGNIGY_FLOW_ID": "demo-flow", "COGNIGY_PATHS_STATE": folder.path("state"),
            "COGNIGY_PATHS_LOG": folder.path("log"), "COGNIGY_PATHS_LOG_LEVEL": "debug",
        ]
        if let authority = service.authority { environment["COGNIGY_CA_FILE"] = authority }
        environment.merge(settings) { $1 }
    }

    package struct NoState: Error {}

    deinit {
        // Nothing of it is worth the wait for a sweep.
        if var removal = try? Subprocess(["rm", "-rf", shared.path]) { removal.wait() }
    }

    /// The path of a file that calls share.
    package func sharedPath(_ name: String) -> String { "\(shared.path)/\(name)" }

    package func start(
        _ plan: CallPlan, arguments: [String] = [], channel: FakeChannel = FakeChannel(), program: String = Binary.path,
        speed: Double = 1
    ) throws -> FakeCall {
        try FakeCall(
            program: program, arguments: arguments, environment: environment, plan: plan, channel: channel,
            sounds: folder.path("sounds"), speed: speed)
    }

    package func call(
        _ plan: CallPlan, arguments: [String] = [], channel: FakeChannel = FakeChannel(),
        deadline: Duration = .seconds(120)
    ) throws -> CallRecord {
        try start(plan, arguments: arguments, channel: channel).run(deadline: deadline)
    }

    /// A sound of Asterisk's own: silence, 8 kHz.
    package func addSound(_ name: String, milliseconds: Int) throws {
        if mkdir(folder.path("sounds"), 0o755) != 0, errno != EEXIST { throw Errno("mkdir") }
        try AtomicFile.write([UInt8](repeating: 0, count: milliseconds * 16), to: folder.path("sounds/" + name))
    }

    package var log: String { (try? folder.text("log")) ?? "" }

    /// Files that a call should not leave behind.
    package func leftovers() -> [String] {
        Set([sharedPath("calls"), folder.path("state/calls")]).flatMap { (try? FolderListing.names($0)) ?? [] }
    }
}

extension PBX {
    /// Many calls at once, in one loop, to their ends.
    package func calls(_ count: Int, _ plan: CallPlan = [], deadline: Duration = .seconds(60)) throws -> [CallRecord] {
        let calls = try start(count, plan)
        try turn(calls, within: deadline) { $0.isOver }
        return calls.map { $0.asterisk.record }
    }

    /// Starts many calls; those that run are served meanwhile.
    package func start(_ count: Int, _ plan: CallPlan = []) throws -> [Box] {
        var calls: [Box] = []
        for number in 0..<count {
            var channel = FakeChannel()
            channel.uniqueID = "1700000000.\(number)"
            calls.append(Box(try start(plan, channel: channel)))
            for call in calls { try call.asterisk.advance() }
        }
        return calls
    }

    /// Goes on until every call `isThere`, or the deadline.
    package func turn(
        _ calls: [Box], within limit: Duration = .seconds(60), until isThere: (borrowing FakeCall) -> Bool
    ) throws {
        let end = MonotonicClock.now() + limit
        while calls.contains(where: { !isThere($0.asterisk) }), MonotonicClock.now() < end {
            let timeout = calls.compactMap { $0.asterisk.timeout }.min()
            _ = try Poll.wait(
                for: calls.flatMap { $0.asterisk.interests }, timeout: min(timeout ?? .seconds(1), .seconds(1)))
            // A journal that nobody reads would fill its pipe and hold the service up.
            _ = service.entries()
            for call in calls { try call.asterisk.advance() }
        }
    }
}

/// A call that the test turns itself.
package final class Box {
    package var asterisk: FakeCall

    package init(_ asterisk: consuming FakeCall) { self.asterisk = asterisk }

    package func signal(_ number: CInt) {
        if let process = asterisk.processID { kill(process, number) }
    }

    package struct Late: Error {
        package init() {}
    }

    /// Goes on until `isReached`, or to the end of the call. Whoever asks for what a service has noted has it `watched`.
    package func run(
        within limit: Duration = .seconds(120), through relay: Relay? = nil, watching service: StandInService? = nil,
        until isReached: (CallRecord) -> Bool
    ) throws {
        let end = MonotonicClock.now() + limit
        try asterisk.advance()
        while !asterisk.isOver, !isReached(asterisk.record) {
            let left = max(end - MonotonicClock.now(), .zero)
            let ready = try Poll.wait(
                for: asterisk.interests + (relay?.interests ?? []) + (service.map { [$0.interest] } ?? []),
                timeout: [asterisk.timeout, relay?.timeout, left].compactMap { $0 }.min())
            try relay?.step(ready)
            try asterisk.advance()
            if left == .zero, !asterisk.isOver, !isReached(asterisk.record) { throw Late() }
        }
    }
}
