import FakeAsterisk
import TestService

/// What sounds by URL take: downloaded, decoded, brought to 8 kHz and written.
enum Sounds {
    static func measure(_ effort: Effort) throws {
        Report.section("CPU of a call with four sounds of two seconds by URL, TLS")
        for (kind, name) in [("8k", "8 kHz"), ("44k-stereo", "44.1 kHz, stereo")] {
            Report.progress(name)
            Report.figure(name, try cpu(kind, runs: effort.downloads), "ms")
        }
    }

    private static func cpu(_ kind: String, runs: Int) throws -> Double {
        let pbx = try PBX(
            """
            open   send {"type":"response","audioUrl":"/audio/one-\(kind)-2000ms.wav"}
            key 1  send {"type":"response","audioUrl":"/audio/two-\(kind)-2000ms.wav"}
            key 2  send {"type":"response","audioUrl":"/audio/three-\(kind)-2000ms.wav"}
            key 3  send {"type":"response","audioUrl":"/audio/bye-\(kind)-2000ms.wav","end":true}
            """, tls: true, settings: ["COGNIGY_PATHS_LOG": "off"])
        let caller: CallPlan = [
            .press("1", when: .whenHeard(1), after: .milliseconds(100)),
            .press("2", when: .whenHeard(2), after: .milliseconds(100)),
            .press("3", when: .whenHeard(3), after: .milliseconds(100)),
        ]
        var figures: [Double] = []
        for _ in 0...runs {
            let before = childrensCPU()
            let record = try pbx.start(caller, speed: 10).run()
            _ = pbx.service.entries()
            if record.variables["COGNIGY_STATUS"] != "COMPLETED" { throw WholeCall.Incomplete(record: record) }
            figures.append(childrensCPU() - before)
        }
        // The first had to fetch the token.
        return Array(figures.dropFirst()).median
    }
}
