import FakeAsterisk
import Glibc
import System
import TestService

/// Calls without end on one state folder, while `assist` runs on it: nothing may grow with their number.
struct Soak {
    private let calls: Int
    private let length: Duration
    private let pbx: PBX
    private let assist: AssistPeer
    private var cpu = Measure("CPU of a call", "ms")
    private var time = Measure("a whole call", "ms")
    private var memory = Measure("resident memory of a call", "MB")
    private var files = Measure("files in the state folder", "")
    private var assistMemory = Measure("resident memory of assist", "MB")
    private var assistFiles = Measure("open files of assist", "")
    private var lost = 0

    private static let samples = 100
    private static let atOnce = 4

    /// So many calls, spread over at least this time.
    init(calls: Int, length: Duration) throws {
        self.calls = calls
        self.length = length
        pbx = try PBX(
            #"open send {"type":"response","text":"0","end":true}"#,
            settings: ["COGNIGY_PATHS_LOG": "off", "COGNIGY_SPEECH_TTS": "none", "COGNIGY_PATHS_LOG_LEVEL": "error"])
        assist = try AssistPeer(state: pbx.folder.path("state"))
    }

    /// Whether nothing grew and no call was lost.
    mutating func run(picture: String) throws -> Bool {
        let began = MonotonicClock.now()
        let share = max(1, calls / Self.samples)
        var made = 0
        while made < calls {
            try makeCalls(share, from: made)
            made += share
            try rest(until: began + length * made / calls)
            _ = try assist.time(AssistPeer.thousand, lines: 1000)
            let process = try ProcessMemory(of: assist.pid)
            assistMemory.add(process.resident)
            assistFiles.add(Double(try FolderListing.names("/proc/\(assist.pid)/fd").count))
            files.add(Double(count(in: pbx.folder.path("state")) + count(in: pbx.sharedPath(""))))
            say("\(Int((MonotonicClock.now() - began).inSeconds)) s: \(made) calls, \(lost) lost, \(figures)")
        }
        let measures = [cpu, time, memory, files, assistMemory, assistFiles]
        try AtomicFile.write(
            Array(Plot.svg(measures, caption: "from the first to the last of \(made) calls").utf8), to: picture)
        for measure in measures {
            let (first, last) = (Plot.rounded(measure.ends.first), Plot.rounded(measure.ends.last))
            say("\(measure.isFlat ? "flat " : "GROWS") \(measure.name): \(first), at the end \(last) \(measure.unit)")
        }
        say("\(made) calls, \(lost) lost; the picture is \(picture)")
        return lost == 0 && measures.allSatisfy(\.isFlat)
    }

    private var interests: [Poll.Interest] { [pbx.service.interest] + assist.interests }

    /// What is not about a call.
    private func serve(_ ready: [CInt: Poll.Events]) throws {
        // A journal that nobody reads would fill its pipe.
        _ = pbx.service.entries()
        try assist.step(ready)
    }

    private func rest(until time: Duration) throws {
        while MonotonicClock.now() < time {
            try serve(
                try Poll.wait(for: interests, timeout: min(time - MonotonicClock.now(), .seconds(1))))
        }
    }

    private mutating func makeCalls(_ count: Int, from first: Int) throws {
        let (began, before) = (MonotonicClock.now(), childrensCPU())
        var running: [Box] = []
        var started = 0
        var resident: Double?
        while started < count || !running.isEmpty {
            while started < count, running.count < Self.atOnce {
                started += 1
                var channel = FakeChannel()
                channel.uniqueID = "1700000000.\(first + started)"
                running.append(Box(try pbx.start([], channel: channel, speed: 20)))
            }
            let timeout = running.compactMap { $0.asterisk.timeout }.min()
            try serve(
                try Poll.wait(
                    for: running.flatMap { $0.asterisk.interests } + interests,
                    timeout: min(timeout ?? .seconds(1), .seconds(1))))
            for call in running { try call.asterisk.advance() }
            if resident == nil, let call = running.first(where: { !$0.asterisk.record.sounds.isEmpty }),
                let pid = call.asterisk.processID
            {
                resident = try? ProcessMemory(of: pid).peak
            }
            for call in running where call.asterisk.isOver {
                if call.asterisk.record.variables["COGNIGY_STATUS"] != "COMPLETED" { lost += 1 }
            }
            running.removeAll { $0.asterisk.isOver }
        }
        if let resident { memory.add(resident) }
        cpu.add((childrensCPU() - before) / Double(count))
        time.add((MonotonicClock.now() - began).inSeconds * 1000 * Double(Self.atOnce) / Double(count))
    }

    private var figures: String {
        [cpu, memory, files, assistMemory].map { "\($0.name) \(Plot.rounded($0.values.last ?? 0)) \($0.unit)" }
            .joined(separator: ", ")
    }

    private func count(in folder: String) -> Int {
        let names = (try? FolderListing.names(folder)) ?? []
        return names.reduce(0) { sum, name in
            sum + 1 + ((try? FolderListing.names("\(folder)/\(name)").count) ?? 0)
        }
    }

    private func say(_ text: String) { try? Descriptor.writeWhole(1, (text + "\n").utf8) }
}
