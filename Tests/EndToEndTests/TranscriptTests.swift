import FakeAsterisk
import Glibc
import JSON
import System
import TestService
import Testbed
import Testing

/// `[paths] transcript`: what is said in a call, for its owner only.
@Suite struct TranscriptTests {
    private func lines(_ text: String) throws -> [JSON] {
        try text.split(separator: "\n").map { try JSON(parsing: $0.utf8) }
    }

    private func told(_ lines: [JSON]) -> [String] {
        lines.map { "\($0["event_type"]?.string ?? "") \($0["text"]?.string ?? "-")" }
    }

    private static let scenario = ##"""
        event CALL_CREATED say "Your number of 3 digits."
        input any          say "You said 42."
        then               command {"verb":"hangup"}
        """##

    private func call(_ pbx: PBX) throws -> CallRecord {
        try pbx.call([.press("7", when: .whenHeard(1), after: .milliseconds(100))])
    }

    @Test(arguments: EndpointTests.surfaces, ["no", "yes"])
    func whatIsSaidIsWrittenDown(surface: String, digits: String) throws {
        let pbx = try EndpointTests.pbx(
            Self.scenario, surface: surface,
            settings: [
                "COGNIGY_PATHS_TRANSCRIPT_DIGITS": digits,
                "COGNIGY_SPEECH_TTS_COMMAND": "/usr/bin/espeak-ng --stdout --stdin",
            ])
        pbx.environment["COGNIGY_PATHS_TRANSCRIPT"] = pbx.folder.path("said")
        let record = try call(pbx)
        let lines = try lines(pbx.folder.text("said"))
        #expect(
            told(lines)
                == (digits == "no"
                    ? ["flow_said Your number of * digits.", "caller_keyed *", "flow_said You said **."]
                    : ["flow_said Your number of 3 digits.", "caller_keyed 7", "flow_said You said 42."]))
        #expect(Set(lines.map { $0["call_id"]?.string }) == [record.channel.uniqueID])
        #expect(Set(lines.map { $0["session_id"]?.string }) == [record.variables["COGNIGY_SESSION_ID"]])
        #expect(!(try pbx.folder.text("said")).contains(FakeChannel().callerID))
        var status = stat()
        #expect(stat(pbx.folder.path("said"), &status) == 0 && status.st_mode & 0o777 == 0o600)
        let manual = try Outcome(of: [Binary.path, "report", "--fields"]).output
        for name in lines.flatMap({ $0.object?.keys.sorted() ?? [] }) {
            #expect(manual.split(separator: "\n").contains { $0.hasPrefix("  \(name) ") }, "\(name)")
        }
    }

    @Test func aFolderHasAFileForEachCall() throws {
        let pbx = try EndpointTests.pbx(Self.scenario)
        mkdir(pbx.folder.path("said"), 0o700)
        pbx.environment["COGNIGY_PATHS_TRANSCRIPT"] = pbx.folder.path("said")
        pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("metrics")
        var session: String?
        for id in ["1700000000.1", "../../1700000000/2", "pbx_1-1700000000.3"] {
            var channel = FakeChannel()
            channel.uniqueID = id
            let record = try pbx.call([.press("7", when: .whenHeard(1), after: .milliseconds(100))], channel: channel)
            session = record.variables["COGNIGY_SESSION_ID"]
        }
        let names = try FolderListing.names(pbx.folder.path("said"))
        let endings = ["-1700000000.1.jsonl", "-....17000000002.jsonl", "-pbx1-1700000000.3.jsonl"]
        #expect(names.count == 3 && names.allSatisfy { name in endings.contains { name.hasSuffix($0) } })
        for id in ["1700000000.1", "pbx_1-1700000000.3", try #require(session)] {
            let told = try Outcome(of: [Binary.path, "report", "--call", id], environment: pbx.environment)
            #expect(told.output.contains("flow: Your number of * digits."), "\(id)")
        }
        // The line of a call that was killed is nowhere.
        try pbx.folder.write("", to: "metrics")
        let told = try Outcome(of: [Binary.path, "report", "--call", "1700000000.1"], environment: pbx.environment)
        #expect(told.output.contains("flow: Your number of * digits."))
    }

    @Test func withTheMetricsItTellsACall() throws {
        let pbx = try EndpointTests.pbx(Self.scenario)
        pbx.environment["COGNIGY_PATHS_TRANSCRIPT"] = pbx.folder.path("said")
        pbx.environment["COGNIGY_PATHS_METRICS"] = pbx.folder.path("metrics")
        let id = try call(pbx).channel.uniqueID
        let outcome = try Outcome(
            of: [Binary.path, "report", pbx.folder.path("metrics"), pbx.folder.path("said"), "--call", id])
        #expect(
            try Outcome(of: [Binary.path, "report", "--call", id], environment: pbx.environment).output
                == outcome.output)
        #expect(outcome.errors == "")
        for words in ["flow: Your number of * digits.", "caller presses *", "flow: You said **."] {
            #expect(outcome.output.contains(words), "\(words)")
        }
        #expect(outcome.output.split(separator: "\n").filter { $0.hasPrefix("Call ") }.count == 1)
    }

    @Test func aTranscriptThatCannotBeWrittenHoldsNoCallUp() throws {
        let pbx = try EndpointTests.pbx(Self.scenario, settings: ["COGNIGY_PATHS_TRANSCRIPT": "/proc/none/said"])
        #expect(try call(pbx).variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.log.contains("lines of the transcript are lost: /proc/none/said: open: No such file"))
    }
}
