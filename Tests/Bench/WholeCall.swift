import FakeAsterisk
import Glibc
import System
import TestService

/// CPU and memory of whole calls with TLS and a cached token, against the stand-in service.
enum WholeCall {
    private static let runs = 10
    private static let pythonRuns = 4

    /// A greeting, four keys, a number, sounds, the end. 8 kHz, which the Python program can play too.
    private static let plain = scenario("8k")
    /// The same with sounds that have to be resampled.
    private static let wide = scenario("44k-stereo")

    private static func scenario(_ kind: String) -> String {
        """
        open   send {"type":"response","audioUrl":"/audio/greeting-\(kind)-200ms.wav"}
        key 1  send {"type":"response","audioUrl":"/audio/one-\(kind)-200ms.wav"}
        key 2  send {"type":"response","text":"42"}
        key 3  send {"type":"response","audioUrl":"/audio/three-\(kind)-200ms.wav"}
        key 9  send {"type":"response","audioUrl":"/audio/bye-\(kind)-200ms.wav","end":true}
        event CALL_CREATED  command {"play":{"url":"/audio/greeting-\(kind)-200ms.wav"}}
        input 1  command {"play":{"url":"/audio/one-\(kind)-200ms.wav"}}
        input 2  say 42
        input 3  command {"play":{"url":"/audio/three-\(kind)-200ms.wav"}}
        input 9  command [{"play":{"url":"/audio/bye-\(kind)-200ms.wav"}},{"hangup":{}}]
        """
    }

    /// Unhurried: a key that ends between two commands is lost.
    private static let caller: CallPlan = [
        .press("1", when: .whenHeard(1), after: .milliseconds(50)),
        .press("2", when: .whenHeard(2), after: .milliseconds(50)),
        .press("3", when: .whenHeard(3), after: .milliseconds(50)),
        .press("9", when: .whenHeard(4), after: .milliseconds(50)),
    ]

    struct Incomplete: Error { let record: CallRecord }

    static func measure() throws {
        Report.section("A whole call: TLS, cached token, greeting, four keys, a number, sounds, end")
        let bridge = try calls(runs, Binary.path, plain)
        let python = try calls(pythonRuns, comparator, plain)
        let resampled = try calls(runs, Binary.path, wide)
        let endpoint = try calls(runs, Binary.path, plain, isEndpoint: true)
        Report.figure("CPU, user and system", bridge.cpu, "ms", atMost: 8, python: python.cpu)
        Report.figure("the same with 44.1 kHz stereo sounds", resampled.cpu, "ms")
        Report.figure("endpoint: CPU", endpoint.cpu, "ms", atMost: 8)
        Report.figure("endpoint: resident memory at its peak", endpoint.memory.peak, "MB", atMost: 10)
        Report.figure("resident memory at its peak", bridge.memory.peak, "MB", atMost: 10, python: python.memory.peak)
        Report.figure("the same with 44.1 kHz stereo sounds", resampled.memory.peak, "MB")
        Report.figure("private memory", bridge.memory.own, "MB", atMost: 4, python: python.memory.own)
    }

    /// The median of the calls' CPU, and what the last one kept in memory while it said goodbye.
    private static func calls(
        _ count: Int, _ program: String, _ scenario: String, isEndpoint: Bool = false
    ) throws -> (cpu: Double, memory: ProcessMemory) {
        let pbx = try PBX(scenario, tls: true, settings: ["COGNIGY_PATHS_LOG": "off"])
        if isEndpoint { pbx.environment["COGNIGY_ENDPOINT_URL"] = pbx.service.endpointURL }
        // Puts a token into the cache, and stays: with two calls, the program's text is shared as it is in real life.
        let other = Box(try pbx.start([], program: program))
        try other.run { $0.sounds.count == 1 }
        var cpu: [Double] = []
        var memory: ProcessMemory?
        for run in 1...count {
            Report.progress("\(program == comparator ? "Python" : "call") \(run) of \(count)")
            let before = childrensCPU()
            let call = Box(try pbx.start(caller, program: program))
            try call.run { $0.isPlaying(5) }
            if let pid = call.asterisk.processID { memory = try ProcessMemory(of: pid) }
            try call.run { _ in false }
            // A journal that nobody reads would fill its pipe and hold the service up.
            _ = pbx.service.entries()
            let record = call.asterisk.record
            let isWhole = record.variables["COGNIGY_STATUS"] == "COMPLETED" && record.returnedKeys == "1239"
            if !isWhole { throw Incomplete(record: record) }
            cpu.append(childrensCPU() - before)
        }
        other.signal(SIGKILL)
        guard let memory else { throw AGIWorld.Silent() }
        return (cpu.median, memory)
    }
}

extension CallRecord {
    /// Whether that many sounds have begun.
    func isPlaying(_ number: Int) -> Bool {
        events.count { if case .playing = $0.what { true } else { false } } >= number
    }
}
