import Glibc
import System
import TestService

/// What the agents' help adds to an update, and what it does with many at once, one in ten with a keyword.
enum Assist {
    static func measure(_ effort: Effort) throws {
        let count = effort.updates
        let peer = try AssistPeer()
        let plain = AssistPeer.update("plain", "thank you")
        Report.section("Agents' help, \(count) updates one by one")
        var times: [Double] = []
        for number in 1...count {
            if number % 100 == 0 { Report.progress("\(number) of \(count)") }
            times.append(try peer.time(plain, lines: 1).inSeconds * 1000)
        }
        Report.figure("update in to line out, p50", times.percentile(50), "ms", atMost: 1)
        Report.figure("update in to line out, p99", times.percentile(99), "ms", atMost: 1)
        times = []
        for number in 1...count {
            if number % 100 == 0 { Report.progress("\(number) of \(count)") }
            times.append(try peer.time(AssistPeer.update("asked", "refund \(number)"), lines: 1).inSeconds * 1000)
        }
        Report.figure("with a question to a service of no delay, p50", times.percentile(50), "ms", atMost: 2)
        Report.figure("with a question to a service of no delay, p99", times.percentile(99), "ms", atMost: 2)

        let rounds = effort.flood
        Report.section("Agents' help, \(rounds) thousand updates at once")
        Report.progress("streaming")
        let updates = AssistPeer.thousand
        _ = try peer.time(updates, lines: 1000)
        let before = try ProcessMemory(of: peer.pid)
        let took = try peer.time(updates, times: rounds, lines: 1000 * rounds)
        let after = try ProcessMemory(of: peer.pid)
        Report.figure("updates a second", Double(1000 * rounds) / took.inSeconds, "")
        Report.figure("resident at the start", before.resident, "MB")
        Report.figure("resident after them", after.resident, "MB", atMost: before.resident + 1)
    }
}
