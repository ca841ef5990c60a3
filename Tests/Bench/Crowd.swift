import FakeAsterisk
import Glibc
import System
import TestService

/// Many calls that begin at the same moment, with an empty cache, and what one of them takes.
enum Crowd {
    static func measure(_ effort: Effort) throws {
        Report.section("Calls at once: TLS, no token yet")
        Report.row("", effort.crowds.map { "\($0)" })
        let crowds = try effort.crowds.map { try Crowd.call($0) }
        func row(_ name: String, _ unit: String, _ figure: (Figures) -> Double) {
            Report.row(name, crowds.map { Report.number(figure($0), unit) })
        }
        row("until the last caller is greeted", "s", \.joined)
        row("CPU of a call", "ms", \.cpu)
        row("resident memory of a call", "MB", \.resident)
        row("memory of a call, shared pages divided", "MB", \.proportional)
        row("private memory of a call", "MB", \.own)
        try draw(crowds, over: effort.crowds)
        // Asterisk drops a key that comes between two commands. Who is not heard presses again.
        Report.row("keys between two commands", crowds.map { Report.number($0.unheard, "") })
        Report.figure("calls that were not completed", crowds.map(\.failed).reduce(0, +), "", atMost: 0)
        Report.figure("token requests, at most", crowds.map(\.tokens).max() ?? 0, "", atMost: 1)
        if let most = crowds.last { Report.figure("private memory among the most", most.own, "MB", atMost: 1) }
    }

    private struct Figures {
        var (joined, cpu, resident, proportional, own) = (0.0, 0.0, 0.0, 0.0, 0.0)
        var (unheard, failed, tokens) = (0.0, 0.0, 0.0)
    }

    private static func draw(_ crowds: [Figures], over counts: [Int]) throws {
        func measure(_ name: String, _ unit: String, _ figure: (Figures) -> Double) -> Measure {
            var measure = Measure(name, unit)
            for figures in crowds { measure.add(figure(figures)) }
            return measure
        }
        let measures = [
            measure("CPU of a call", "ms", \.cpu), measure("private memory of a call", "MB", \.own),
            measure("until the last caller is greeted", "s", \.joined),
        ]
        let caption = "calls at once: " + counts.map(String.init).joined(separator: ", ")
        try AtomicFile.write(Plot.svg(measures, caption: caption).utf8, to: picture)
        Report.row("drawn in", [picture])
    }

    private static let picture = ".build/bench.svg"

    private static func call(_ count: Int) throws -> Figures {
        let pbx = try PBX(
            """
            open send {"type":"response","text":"1"}
            key 9 send {"type":"response","text":"9","end":true}
            """, tls: true, settings: ["COGNIGY_PATHS_LOG": "off", "COGNIGY_CALL_SETUP_TIMEOUT": "60"])
        let before = childrensCPU()
        let began = MonotonicClock.now()
        Report.progress("\(count) at once")
        let calls = try pbx.start(count)
        try pbx.turn(calls) { $0.isOver || $0.record.isPlaying(1) }
        var figures = Figures()
        figures.joined = (MonotonicClock.now() - began).inSeconds
        let memory = try calls.filter { !$0.asterisk.isOver }.compactMap { $0.asterisk.processID }
            .map { try ProcessMemory(of: $0) }
        var unheard = calls
        for presses in 1...3 {
            for call in unheard { call.asterisk.press("9") }
            try pbx.turn(unheard) { $0.isOver || $0.record.lostKeys.count == presses }
            unheard = unheard.filter { !$0.asterisk.isOver }
            figures.unheard += Double(unheard.count)
        }
        figures.failed = Double(calls.count { $0.asterisk.record.variables["COGNIGY_STATUS"] != "COMPLETED" })
        figures.tokens = Double(pbx.service.count(.token))
        figures.cpu = (childrensCPU() - before) / Double(count)
        figures.resident = memory.map(\.resident).median
        figures.proportional = memory.map(\.proportional).median
        figures.own = memory.map(\.own).median
        return figures
    }
}
