import FakeAsterisk
import Glibc
import System
import TestService
import Testbed

/// CPU and memory of whole calls with a cached token: the bridge, a program in C, one in Python, in turns against the same
/// service.
enum WholeCall {
    /// A greeting, four keys, each with an answer, and the end. Asterisk says the numbers itself.
    private static let scenario = """
        open   send {"type":"response","text":"1"}
        key 1  send {"type":"response","text":"2"}
        key 2  send {"type":"response","text":"42"}
        key 3  send {"type":"response","text":"3"}
        key 9  send {"type":"response","text":"9","end":true}
        event CALL_CREATED  say 1
        input 1  say 2
        input 2  say 42
        input 3  say 3
        input 9  command [{"say":{"text":"9"}},{"hangup":{}}]
        """

    /// Unhurried: a key that ends between two commands is lost.
    private static let caller: CallPlan = [
        .press("1", when: .whenHeard(1), after: .milliseconds(50)),
        .press("2", when: .whenHeard(2), after: .milliseconds(50)),
        .press("3", when: .whenHeard(3), after: .milliseconds(50)),
        .press("9", when: .whenHeard(4), after: .milliseconds(50)),
    ]

    struct Incomplete: Error { let record: CallRecord }

    /// Who makes the calls.
    private enum Program: CaseIterable {
        case resumed, whole, endpoint, usual, best, bestResumed, bestEndpoint, python

        var name: String {
            switch self {
            case .resumed: "bridge, TLS sessions resumed"
            case .whole: "bridge, whole handshakes"
            case .endpoint: "bridge, Endpoint (Socket.IO), resumed"
            case .usual: "C, two connections, OpenSSL 3.0"
            case .best: "C, one connection, the bridge's libraries"
            case .bestResumed: "C, the same, resumed"
            case .bestEndpoint: "C, Endpoint, the same, resumed"
            case .python: "Python"
            }
        }
    }

    private final class Figures {
        var cpu: [Double] = []
        var memory: [ProcessMemory] = []
    }

    static func measure(_ effort: Effort) throws {
        Report.section("CPU of a whole call with a cached token, ms: the median, and the tenth lowest and highest")
        let floors = try Floor()
        let pbx = try PBX(scenario, settings: ["COGNIGY_PATHS_LOG": "off"])
        let plain = try measure(effort, pbx, floors, front: nil)
        var fronts: [TLSFront.Key: [Program: Figures]] = [:]
        for key in TLSFront.Key.allCases {
            fronts[key] = try measure(effort, pbx, floors, front: try TLSFront(key, before: pbx.service.port))
        }
        Report.row("", ["RSA", "ECDSA", "without TLS"])
        for program in Program.allCases {
            let columns = [fronts[.rsa], fronts[.ecdsa], plain]
            Report.row(program.name, columns.map { Report.spread($0?[program]?.cpu ?? []) })
        }
        for key in TLSFront.Key.allCases {
            guard let figures = fronts[key] else { continue }
            let cpu = { (program: Program) in figures[program]?.cpu.median ?? 0 }
            let name = "\(key.rawValue): "
            Report.figure(
                name + "bridge, of C with two connections", cpu(.resumed) / cpu(.usual), "x", atMost: 0.85)
            Report.figure(name + "whole, of C with one connection", cpu(.whole) / cpu(.best), "x", atMost: 1.3)
            Report.figure(
                name + "resumed, of C with one connection", cpu(.resumed) / cpu(.bestResumed), "x", atMost: 1.3)
            Report.figure(
                name + "Endpoint, of C with one connection", cpu(.endpoint) / cpu(.bestEndpoint), "x", atMost: 1.3)
            Report.figure(name + "Python, of the bridge", cpu(.python) / cpu(.resumed), "x", atLeast: 15)
        }
        Report.section("Memory of such a call, RSA")
        Report.row("", ["resident, peak", "private"])
        for program in Program.allCases {
            let memory = fronts[.rsa]?[program]?.memory ?? []
            Report.row(
                program.name, [memory.map(\.peak), memory.map(\.own)].map { Report.number($0.median, "MB") })
        }
        let memory = fronts[.rsa]?[.resumed]?.memory ?? []
        Report.figure("bridge: resident at its peak", memory.map(\.peak).median, "MB", atMost: 7.5)
        Report.figure("bridge: private", memory.map(\.own).median, "MB", atMost: 1)
    }

    private static func measure(
        _ effort: Effort, _ pbx: PBX, _ floors: Floor, front: TLSFront?
    ) throws -> [Program: Figures] {
        pbx.environment["COGNIGY_BASE_URL"] = front?.url ?? pbx.service.baseURL
        pbx.environment["COGNIGY_CA_FILE"] = front?.authority
        let session = pbx.folder.path("floor-session")
        for path in [session] + ["comparator", "floor"].map({ pbx.folder.path("state/\($0)-token") }) { unlink(path) }
        let programs: [Program] =
            front == nil ? [.whole, .endpoint, .best, .bestEndpoint, .python] : Program.allCases
        var figures: [Program: Figures] = [:]
        // One more that stays: with two calls, the program's text is shared as it is in real life.
        let other = Box(try pbx.start([]))
        try other.run { $0.sounds.count == 1 }
        defer { other.signal(SIGKILL) }
        for round in 0...effort.rounds {
            for program in programs where program != .python || round % effort.python == 0 {
                Report.progress(
                    "\(front == nil ? "plain" : "TLS"), round \(round) of \(effort.rounds): \(program.name)")
                let path =
                    switch program {
                    case .resumed, .whole, .endpoint: Binary.path
                    case .usual: floors.usual
                    case .best, .bestResumed, .bestEndpoint: floors.best
                    case .python: comparator
                    }
                if program == .whole { forgetSessions(pbx) }
                let known = figures[program] ?? Figures()
                figures[program] = known
                let settings = [
                    "COGNIGY_ENDPOINT_URL": [.endpoint, .bestEndpoint].contains(program) ? endpoint(pbx, front) : nil,
                    "FLOOR_SESSION": [.bestResumed, .bestEndpoint].contains(program) ? session : nil,
                ].compactMapValues(\.self)
                try call(pbx, path, settings, known)
                // The first fetches tokens and fills caches.
                if round == 0 { (known.cpu, known.memory) = ([], []) }
            }
        }
        return figures
    }

    private static func endpoint(_ pbx: PBX, _ front: TLSFront?) -> String {
        guard let front else { return pbx.service.endpointURL }
        return "\(front.url)/\(pbx.service.endpointURL.split(separator: "/").last ?? "")"
    }

    private static func forgetSessions(_ pbx: PBX) {
        for name in (try? FolderListing.names(pbx.sharedPath(""))) ?? [] where name.hasPrefix("tls-") {
            unlink(pbx.sharedPath(name))
        }
    }

    private static func call(_ pbx: PBX, _ program: String, _ settings: [String: String], _ figures: Figures) throws {
        let environment = pbx.environment
        defer { pbx.environment = environment }
        pbx.environment.merge(settings) { $1 }
        let before = childrensCPU()
        let call = Box(try pbx.start(caller, program: program, speed: 5))
        try call.run { $0.isPlaying(5) }
        if let pid = call.asterisk.processID, let memory = try? ProcessMemory(of: pid) { figures.memory.append(memory) }
        try call.run { _ in false }
        // A journal that nobody reads would fill its pipe and hold the service up.
        _ = pbx.service.entries()
        let record = call.asterisk.record
        let isWhole = record.variables["COGNIGY_STATUS"] == "COMPLETED" && record.returnedKeys == "1239"
        if !isWhole { throw Incomplete(record: record) }
        figures.cpu.append(childrensCPU() - before)
    }
}

extension CallRecord {
    /// Whether that many sounds have begun.
    func isPlaying(_ number: Int) -> Bool {
        events.count { if case .playing = $0.what { true } else { false } } >= number
    }
}
