import FakeAsterisk
import Glibc
import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge metrics`, and the numbers that calls leave for it.
@Suite struct MetricsCommandTests {
    private func pbx(_ scenario: String = Scenario.demo) throws -> PBX {
        let pbx = try PBX(scenario)
        pbx.environment["COGNIGY_PATHS_COUNTERS"] = "yes"
        return pbx
    }

    private func metrics(_ words: [String] = [], _ environment: [String: String]) throws -> Outcome {
        try Outcome(of: [Binary.path, "metrics"] + words, environment: environment)
    }

    /// The value of a series.
    private func value(_ series: String, in page: String) -> Double? {
        let line = page.split(separator: "\n").first { $0.hasPrefix("cognigy_bridge_\(series) ") }
        return line?.split(separator: " ").last.flatMap { Double($0) }
    }

    @Test func aCallIsCounted() throws {
        let pbx = try pbx()
        _ = try pbx.call(CallPlan(EndpointTests.keys("19")))
        _ = try pbx.call([.hangUp(when: .whenPlaying(1), after: .milliseconds(100))])
        let outcome = try metrics([], pbx.environment)
        #expect(outcome.status == .code(0) && outcome.errors == "")
        let page = outcome.output
        #expect(value(#"calls_total{status="COMPLETED",reason="end"}"#, in: page) == 1)
        #expect(value(#"calls_total{status="HANGUP",reason="hangup"}"#, in: page) == 1)
        #expect(value("keys_total", in: page) == 2)
        #expect(value(#"turns_total{event_type="dtmf_turn"}"#, in: page) == 2)
        #expect(value("call_duration_seconds_count", in: page) == 2)
        #expect(value("setup_seconds_count", in: page) == 2)
        #expect(value(#"turn_first_sound_seconds_count{event_type="dtmf_turn"}"#, in: page) == 2)
        #expect((value("call_duration_seconds_sum", in: page) ?? 0) > 0.1)
        // Nothing of a caller, a session or a flow.
        for word in ["4930123456", "asterisk-", "1700000000", "demo"] { #expect(!page.contains(word), "\(word)") }
        #expect(pbx.leftovers() == [])
        // The calls of a minute ago are still there after a sweep.
        #expect(try FolderListing.names(pbx.sharedPath("")).contains("counters"))
    }

    @Test func aCallThatIsNotToBeCountedLeavesNothing() throws {
        let pbx = try pbx()
        pbx.environment["COGNIGY_PATHS_COUNTERS"] = nil
        _ = try pbx.call(CallPlan(EndpointTests.keys("9")))
        #expect(try !FolderListing.names(pbx.sharedPath("")).contains("counters"))
        let outcome = try metrics([], pbx.environment)
        #expect(outcome.status == .code(78) && outcome.output == "")
        #expect(outcome.errors.hasPrefix("cognigy-bridge: metrics: calls are not counted, as far as "))
        #expect(outcome.errors.contains("set counters = yes in [paths]"))
    }

    /// What a flow says, and an address that no service has, become no labels.
    @Test func aReasonOfTheFlowIsNoLabel() throws {
        let pbx = try pbx(#"open send {"type":"response","text":"","end":true,"endReason":"caller 4711 is angry"}"#)
        _ = try pbx.call([])
        let page = try metrics([], pbx.environment).output
        #expect(!page.contains("4711") && !page.contains("angry"))
        #expect(page.contains("status=\"COMPLETED\""))
        let count = page.split(separator: "\n").filter { $0.hasPrefix("cognigy_bridge_calls_total") }
            .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }.reduce(0, +)
        #expect(count == 1)
    }

    /// The worst that can happen to a PBX is seen by whoever watches its numbers.
    @Test func aBrokenConfigurationIsCounted() throws {
        let pbx = try pbx()
        pbx.environment["COGNIGY_CALL_ON_END"] = "dance"
        let record = try pbx.call([])
        #expect(record.tells("COGNIGY_REASON", "configuration"))
        let outcome = try metrics([], pbx.environment)
        #expect(value(#"calls_total{status="ERROR",reason="configuration"}"#, in: outcome.output) == 1)
        // And a wrong word of the dialplan.
        _ = try FakeCall(program: Binary.path, arguments: ["voise"], environment: pbx.environment).run()
        let page = try metrics([], pbx.environment).output
        #expect(value(#"calls_total{status="ERROR",reason="configuration"}"#, in: page) == 2)
    }

    @Test func callsThatEndAtOnceAreAllCounted() throws {
        let pbx = try pbx(#"open send {"type":"response","text":"","end":true}"#)
        let count = 60
        let records = try pbx.calls(count)
        #expect(records.count == count)
        let page = try metrics([], pbx.environment).output
        #expect(value("call_duration_seconds_count", in: page) == Double(count))
    }

    @Test func aTextfileIsReplacedWholeAndAnybodyMayReadIt() throws {
        let pbx = try pbx()
        let folder = try TemporaryFolder()
        try folder.write("old", to: "cognigy.prom")
        let outcome = try metrics(["--textfile", folder.path("cognigy.prom")], pbx.environment)
        #expect(outcome.status == .code(0) && outcome.output == "" && outcome.errors == "")
        #expect(try folder.names() == ["cognigy.prom"])
        var status = stat()
        #expect(lstat(folder.path("cognigy.prom"), &status) == 0 && status.st_mode & 0o777 == 0o644)
        #expect(try folder.text("cognigy.prom").hasPrefix("# HELP cognigy_bridge_build_info"))
    }

    @Test func aTextfileThatCannotBeIsRefused() throws {
        let pbx = try pbx()
        let folder = try TemporaryFolder()
        mkfifo(folder.path("fifo.prom"), 0o600)
        let cases: [(file: String, code: CInt, words: String)] = [
            (folder.path("fifo.prom"), 1, "is no file that may be replaced"),
            ("/none/cognigy.prom", 1, "cannot be written (open: No such file or directory); name a file in a folder"),
            (folder.path("cognigy.txt"), 2, "node_exporter reads files that end with .prom only"),
        ]
        for (file, code, words) in cases {
            let outcome = try metrics(["--textfile", file], pbx.environment)
            #expect(outcome.status == .code(code))
            #expect(outcome.errors.contains(words) && outcome.errors.contains(file), "\(outcome.errors)")
        }
        #expect(try folder.names() == ["fifo.prom"])
    }

    @Test func wrongWordsAreExplained() throws {
        let wrong = try metrics(["--textfil", "x.prom"], [:])
        #expect(wrong.status == .code(2))
        #expect(wrong.errors == "cognigy-bridge: metrics: there is no option --textfil; did you mean --textfile?\n")
        let missing = try metrics(["--textfile"], [:])
        #expect(missing.status == .code(2))
        #expect(missing.errors == "cognigy-bridge: metrics: --textfile needs a FILE\n")
    }

    @Test func helpFitsAScreen() throws {
        let lines = try metrics(["--help"], [:]).output.split(separator: "\n")
        #expect(lines.count > 5 && lines.count <= 24)
        // The line for cron is to be copied.
        for line in lines where !line.hasPrefix("* ") { #expect(line.count <= 120) }
    }

    /// Who sees nothing of the calls does not say that there were none.
    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away")) func anotherUserIsToldWhoSeesThem() throws {
        let pbx = try pbx()
        mkdir(pbx.folder.path("state"), 0o700)
        chown(pbx.folder.path("state"), 12_345, 12_345)
        // A web server that runs the program as root, not as Asterisk's user.
        let answer = try get(pbx)
        #expect(answer.status == 500 && answer.error == "the state folder cannot be used")
        #expect(
            answer.errors
                == "cognigy-bridge: \(pbx.folder.path("state")) belongs to user 12345, and root sees none of its counters; run "
                + "this as that user\n")
    }

    // MARK: By the web server's door

    private func get(_ pbx: PBX, _ method: String = "GET") throws -> WebProgram.Answer {
        try pbx.webhook(
            "", ["REQUEST_METHOD": method, "SCRIPT_NAME": "/metrics", "CONTENT_TYPE": "", "CONTENT_LENGTH": ""])
    }

    @Test func theWebServerIsAnsweredTheSamePage() throws {
        let pbx = try pbx()
        _ = try pbx.call([.hangUp(when: .whenPlaying(1))])
        let answer = try get(pbx)
        #expect(answer.status == 200 && answer.errors == "")
        #expect(answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try answer.body == metrics([], pbx.environment).output)
        #expect(value(#"calls_total{status="HANGUP",reason="hangup"}"#, in: answer.body) == 1)
        #expect(try get(pbx, "HEAD").body == "")
        #expect(try get(pbx, "POST").status == 405)
        // A broken configuration does not hide what it does.
        pbx.environment["COGNIGY_CALL_ON_END"] = "dance"
        #expect(try get(pbx).status == 200)
        pbx.environment["COGNIGY_PATHS_COUNTERS"] = "no"
        let off = try get(pbx)
        #expect(off.status == 404 && off.error == "calls are not counted; [paths] counters = yes begins it")
    }
}
