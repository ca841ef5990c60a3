import FakeAsterisk
import Glibc
import System
import TestService

/// Many calls that begin at the same moment, with an empty cache.
enum Crowd {
    private static let count = 200

    static func measure() throws {
        Report.section("\(count) calls at once: TLS, no token yet")
        let pbx = try PBX(
            """
            open send {"type":"response","text":"1"}
            key 9 send {"type":"response","text":"9","end":true}
            """, tls: true, settings: ["COGNIGY_PATHS_LOG": "off"])
        let before = childrensCPU()
        let began = MonotonicClock.now()
        Report.progress("starting")
        let calls = try pbx.start(count)
        try pbx.turn(calls) { $0.isOver || $0.record.isPlaying(1) }
        let joined = MonotonicClock.now() - began
        let memory = try calls.filter { !$0.asterisk.isOver }.compactMap { $0.asterisk.processID }
            .map { try ProcessMemory(of: $0) }
        for call in calls { call.asterisk.press("9") }
        try pbx.turn(calls) { $0.isOver }

        let completed = calls.count { $0.asterisk.record.variables["COGNIGY_STATUS"] == "COMPLETED" }
        Report.figure("calls that were not completed", Double(count - completed), "", atMost: 0)
        Report.figure("token requests", Double(pbx.service.count(.token)), "", atMost: 1)
        Report.figure("until the last caller is greeted", joined.inSeconds, "s")
        Report.figure("CPU of a call", (childrensCPU() - before) / Double(count), "ms")
        Report.figure("memory of a call, shared pages divided", memory.map(\.proportional).sum / Double(count), "MB")
        Report.figure("private memory of a call", memory.map(\.own).sum / Double(count), "MB", atMost: 4)
    }
}

extension [Double] {
    fileprivate var sum: Double { reduce(0, +) }
}
