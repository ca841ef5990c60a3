import Glibc
import System
import TestService

extension Scene {
    static let load = [
        Scene("100 calls at once for a minute", hundredCalls)
    ]

    private static let scenario = """
        open send {"type":"response","audioUrl":"/audio/welcome-16k-700ms.wav"}
        key 9 send {"type":"response","audioUrl":"/audio/bye-8k-300ms.wav","end":true}
        key any send {"type":"response","audioUrl":"/audio/answer-8k-500ms.wav"}
        """

    /// A hundred callers with three keys each, as fast as people press them; who has gone is followed by the next.
    private static func hundredCalls(_ stage: Stage) throws -> String {
        let site = try Site(stage, scenario, settings: "[call]\non_end = continue")
        let end = MonotonicClock.now() + .seconds(60)
        var calls: [String] = []
        var most = Sizes()
        var ticks: [pid_t: Int] = [:]
        var nextLook = MonotonicClock.now() + .seconds(5)
        repeat {
            while calls.count(where: { !site[$0].isOver }) < 100, MonotonicClock.now() < end {
                calls.append(
                    try site.call(robot: "press", digits: "129", before: Double.random(in: 0.5...15), gap: 250))
            }
            try site.watch(.milliseconds(100))
            let children = stage.asterisk.children()
            for child in children { ticks[child.pid] = child.ticks }
            if MonotonicClock.now() > nextLook {
                nextLook += .seconds(15)
                most.take(children)
            }
            try site.require(MonotonicClock.now() < end + .seconds(40), "calls without an end: \(site.story())")
        } while calls.contains { !site[$0].isOver }
        try site.settle(calls)
        for call in calls {
            try site.require(site[call].status == "COMPLETED", "\(call): \(site[call].status) \(site[call].reason)")
            try site.requireKeys(call, pressed: "129")
        }
        try site.require(site.service.count(.token) == 1, "\(site.service.count(.token)) token requests")
        let cpu = Double(ticks.values.reduce(0, +)) * 10 / Double(max(ticks.count, 1))
        return "\(calls.count) calls, \(milliseconds(cpu / 1000)) ms CPU, \(most.private) KiB each"
    }

    /// Memory of one process, on average over all that run.
    private struct Sizes {
        var resident = 0
        var `private` = 0

        mutating func take(_ children: [ChildProcess]) {
            if children.isEmpty { return }
            func mean(_ name: String) -> Int {
                children.compactMap { $0.kibibytes(name, in: "smaps_rollup") }.reduce(0, +) / children.count
            }
            resident = max(resident, mean("Rss"))
            `private` = max(`private`, mean("Private_Dirty") + mean("Private_Clean"))
        }
    }
}
