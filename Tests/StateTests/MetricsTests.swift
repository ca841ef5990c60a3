import Glibc
import JSON
import System
import Testbed
import Testing

@testable import State

@Suite struct MetricsTests {
    let temporary: TemporaryFolder
    let log: Log

    init() throws {
        temporary = try TemporaryFolder()
        log = Log(target: .file(temporary.path("log")), level: .debug)
    }

    @Test func anEventIsOneLine() throws {
        let metrics = Metrics(path: temporary.path("metrics"), log: log)
        metrics.append(["b": "two\nlines", "a": 1])
        metrics.append(["a": 2.5])
        #expect(try temporary.text("metrics") == "{\"a\":1,\"b\":\"two\\nlines\"}\n{\"a\":2.5}\n")
        #expect(try temporary.names() == ["metrics"])
    }

    @Test func withoutAPathNothingHappens() throws {
        Metrics(path: nil, log: log).append(["a": 1])
        #expect(try temporary.names() == [])
    }

    @Test func aFailureIsLoggedOnce() throws {
        let metrics = Metrics(path: temporary.path("none/metrics"), log: log)
        metrics.append(["a": 1])
        metrics.append(["a": 2])
        let lines = try temporary.text("log").split(separator: "\n")
        #expect(lines.count == 1)
        #expect(
            lines.first?.contains("metrics are lost: \(temporary.path("none/metrics")): open: No such file") == true)
    }

    @Test func aFIFOThatNobodyReadsDoesNotHoldTheCallUp() throws {
        mkfifo(temporary.path("metrics"), 0o600)
        Metrics(path: temporary.path("metrics"), log: log).append(["a": 1])
        #expect(try temporary.text("log").contains("metrics are lost"))
    }

    @Test func aFIFOThatIsNotReadInTimeLosesWholeLines() throws {
        mkfifo(temporary.path("metrics"), 0o600)
        let reader = try FileDescriptor.open(temporary.path("metrics"), O_RDONLY | O_NONBLOCK)
        let metrics = Metrics(path: temporary.path("metrics"), log: log)
        let line = "{\"event\":\"\(String(repeating: "x", count: 1000))\"}"
        for _ in 0..<100 { metrics.append(["event": .string(String(repeating: "x", count: 1000))]) }
        #expect(try temporary.text("log").contains("metrics are lost"))
        var bytes: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(reader.raw) { bytes += more }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(!lines.isEmpty && lines.count < 100)
        #expect(lines.allSatisfy { $0 == line })
    }

    @Test func linesOfManyProcessesStayWholeEvenWhenTheyAreKilled() throws {
        let path = temporary.path
        for round in 1...3 {
            let probes = try [Probe](50) { try Probe("lines", path) }
            probes.begin()
            #expect(try probes.lines().allSatisfy { $0 == "started\n" })
            // They are in the middle of it.
            #expect(try eventually { try temporary.text("metrics").utf8.count > round * 100_000 })
            probes.kill()
        }
        let events = try temporary.text("metrics").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(events.count > 100)
        // The kernel may cut a write short when its process is killed; that line and the next suffer.
        let damaged = events.dropLast().filter {
            !($0.hasPrefix("{\"event\":\"") && $0.hasSuffix("}") && $0.utf8.count(where: isBrace) == 2)
        }
        #expect(damaged.count <= 6)
        let lines = try temporary.text("log").split(separator: "\n", omittingEmptySubsequences: false)
        let damagedLines = lines.dropLast().filter {
            !($0.hasPrefix("2") && $0.hasSuffix(">") && $0.utf8.count { $0 == UInt8(ascii: "<") } == 1)
        }
        #expect(damagedLines.count <= 6)
    }

    @Test func everyTurnOfFiftyCallsAtOnceIsAWholeLine() throws {
        let path = temporary.path
        let probes = try [Probe](50) { try Probe("turns", path, "40") }
        probes.begin()
        _ = try probes.outputs()
        let turns = try temporary.text("metrics").split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
        #expect(turns.count == 2000)
        let fields: Set = [
            "timestamp", "event_type", "user_id", "intent", "confidence", "stt_latency_ms", "tts_latency_ms",
            "cognigy_latency_ms", "audio_bytes_processed",
        ]
        #expect(turns.allSatisfy { $0.object.map { Set($0.keys) } == fields })
        // Each call's own are all there, in order.
        let byCall = Dictionary(grouping: turns) { $0["user_id"]?.string ?? "" }
        #expect(byCall.count == 50)
        #expect(
            byCall.values.allSatisfy { $0.map { $0["audio_bytes_processed"]?.number } == (0..<40).map(Double.init) })
    }

    @Test func aFullDiskCostsTheLineAndNothingElse() throws {
        let metrics = Metrics(path: "/dev/full", log: log)
        metrics.append(["a": 1])
        metrics.append(["a": 2])
        let lines = try temporary.text("log").split(separator: "\n")
        #expect(lines.count == 1)
        #expect(lines.first?.hasSuffix("metrics are lost: /dev/full: write: No space left on device") == true)
    }

    private func isBrace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") }
}
