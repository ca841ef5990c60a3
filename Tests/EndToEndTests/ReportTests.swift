import FakeAsterisk
import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge report`, on lines that the program itself has written.
@Suite struct ReportTests {
    private let folder: TemporaryFolder
    private let files: [String]

    /// Two calls a file.
    init() throws {
        folder = try TemporaryFolder()
        files = ["one", "two"].map { [folder] in folder.path($0) }
        for (number, file) in files.enumerated() {
            let pbx = try EndpointTests.pbx()
            pbx.environment["COGNIGY_PATHS_METRICS"] = file
            for call in 0..<2 {
                var channel = FakeChannel()
                channel.uniqueID = "1700000000.\(number * 2 + call)"
                _ = try pbx.call(
                    [
                        .press("1", when: .whenHeard(2), after: .milliseconds(100)),
                        .press("9", when: .whenPlaying(3), after: .milliseconds(100)),
                    ], channel: channel)
            }
        }
    }

    private func report(_ words: [String], input: String = "", environment: [String: String] = [:]) throws -> Outcome {
        try Outcome(of: [Binary.path, "report"] + words, input: input, environment: environment)
    }

    private func json(_ words: [String]) throws -> JSON {
        let outcome = try report(words + ["--json"])
        #expect(outcome.errors == "" && outcome.status == .code(0))
        return try JSON(parsing: outcome.output.utf8)
    }

    private func shell(_ command: String) throws {
        var process = try Subprocess(["sh", "-c", command], folder: folder.path)
        #expect(process.wait() == .code(0))
    }

    @Test func theConfiguredFileIsTold() throws {
        let outcome = try report([], environment: ["COGNIGY_PATHS_METRICS": files[0]])
        #expect(outcome.errors == "" && outcome.status == .code(0))
        for words in ["Calls    2, with 4 turns", "COMPLETED end", "Turns by keys: 4", "No call was lost"] {
            #expect(outcome.output.contains(words), "\(words)")
        }
        try folder.write("[paths]\nmetrics = \(files[1])\n", to: "bridge.conf")
        let configured = try report(["--json"], environment: ["COGNIGY_BRIDGE_CONF": folder.path("bridge.conf")])
        #expect(try JSON(parsing: configured.output.utf8)["calls"] == 2)
    }

    /// Every turn has an answer that was heard, and was waited for from the key on.
    @Test func ofEachTurnItIsKnownHowLongTheCallerWaited() throws {
        let lines = try folder.text("one").split(separator: "\n").map { try JSON(parsing: $0.utf8) }
        #expect(
            lines.map { $0["event_type"]?.string } == [
                "dtmf_turn", "dtmf_turn", "call", "dtmf_turn", "dtmf_turn", "call",
            ])
        for line in lines where line["event_type"] == "dtmf_turn" {
            let heard = line["first_sound_ms"]?.number ?? 0
            #expect(heard > 0 && heard >= line["cognigy_latency_ms"]?.number ?? .infinity)
            #expect(line["end_of_turn_ms"] == nil)
        }
        #expect(lines.map { $0["call_id"]?.string }.prefix(3) == ["1700000000.0", "1700000000.0", "1700000000.0"])
        #expect(Set(lines.map { $0["session_id"]?.string }).count == 2)
    }

    @Test func aFieldThatIsWrittenIsInTheManual() throws {
        let manual = try report(["--fields"]).output
        let known = manual.split(separator: "\n").filter { $0.hasPrefix("  ") }.map {
            $0.dropFirst(2).prefix { $0 != " " }
        }
        for line in try folder.text("one").split(separator: "\n") {
            for name in (try JSON(parsing: line.utf8)).object?.keys.sorted() ?? [] {
                #expect(known.contains(name[...]), "\(name)")
            }
        }
    }

    @Test func filesMayBePackedAndInAnyOrder() throws {
        try shell("gzip -c one > one.gz; gzip -c two >> one.gz; gzip -c two > two.gz")
        #expect(try json([folder.path("one.gz")])["calls"] == 4)
        let forwards = try json([files[0], folder.path("two.gz")])
        #expect(forwards["calls"] == 4)
        #expect(try json([folder.path("two.gz"), files[0]]) == forwards)
        let piped = try report(["-", "--json"], input: try folder.text("one"))
        #expect(try JSON(parsing: piped.output.utf8)["calls"] == 2)
        let unasked = try report(
            ["--json"], input: try folder.text("one"), environment: ["COGNIGY_BRIDGE_CONF": "/none"])
        #expect(try JSON(parsing: unasked.output.utf8)["calls"] == 2)
    }

    @Test func aFileThatCannotBeReadIsNamedAndTheOthersAreTold() throws {
        try shell("gzip -c one > one.gz; head -c 80 one.gz > half.gz; printf '\\050\\265\\057\\375xx' > odd")
        let outcome = try report([files[0], "/none", folder.path, folder.path("half.gz"), "--json"])
        #expect(outcome.status == .code(1))
        #expect(
            outcome.errors.split(separator: "\n").sorted()
                == [
                    "cognigy-bridge: report: \(folder.path("half.gz")) is damaged: gzip ended with code 1; what came before is counted",
                    "cognigy-bridge: report: \(folder.path) is no file; pipe it in, with - in its place",
                    "cognigy-bridge: report: /none cannot be read (open: No such file or directory)",
                ].map { $0[...] }.sorted())
        #expect(try JSON(parsing: outcome.output.utf8)["calls"] == 2)
        let nothing = try report(["/none"])
        #expect(nothing.output == "" && nothing.status == .code(1))
        // PATH lists folders without such programs.
        let without = try report([folder.path("odd")], environment: ["PATH": "/none"])
        #expect(without.status == .code(1))
        #expect(
            without.errors
                == "cognigy-bridge: report: \(folder.path("odd")) is packed by zstd, which is not installed here; apt install "
                + "zstd, or unpack it elsewhere\n")
    }

    @Test func linesThatMakeNoSenseAreNamedByTheirPlace() throws {
        try shell("cat one; : ; { cat one; printf 'x\\033[2J\\nnull\\n'; cat two; } > mixed")
        let outcome = try report([folder.path("mixed")])
        #expect(outcome.status == .code(0))
        #expect(outcome.output.contains("Calls    4,"))
        // Wrapped where the path is long.
        let words = outcome.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        #expect(
            words.contains("2 lines could not be read. The first is \(folder.path("mixed")):7: it is no JSON object."))
        #expect(!outcome.output.contains("\u{1B}"))
    }

    @Test func oneCallIsTold() throws {
        let told = try report([files[1], files[0], "--call", "1700000000.2"])
        #expect(told.status == .code(0))
        #expect(told.output.hasPrefix("Call 1700000000.2, session "))
        #expect(told.output.split(separator: "\n").filter { $0.contains("pressed keys: flow ") }.count == 2)
        #expect(told.output.contains("COMPLETED end; 2 turns, 2 keys,"))
        #expect(try json([files[0], "--call", "1700000000.1"]).array?.count == 3)
        let none = try report([files[0], "--call", "1700000000.9"])
        #expect(none.status == .code(1) && none.output == "")
        #expect(none.errors.hasPrefix("cognigy-bridge: report: no line names call 1700000000.9; "))
    }

    @Test func thePageIsWrittenWhole() throws {
        try folder.write("old", to: "page.html")
        let outcome = try report([files[0], "--html", folder.path("page.html")])
        #expect(outcome.output == "\(folder.path("page.html")) is written\n" && outcome.status == .code(0))
        let page = try folder.text("page.html")
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
        #expect(try folder.names().filter { $0.hasPrefix("page") } == ["page.html"])
        let refused = try report([files[0], "--html", "/none/page.html"])
        #expect(refused.status == .code(1))
        #expect(
            refused.errors.hasPrefix("cognigy-bridge: report: /none/page.html cannot be written (open: No such file"))
    }

    @Test func wrongWordsAreExplained() throws {
        let outcome = try report(["--jsno"])
        #expect(outcome.status == .code(2))
        #expect(outcome.errors == "cognigy-bridge: report: there is no option --jsno; did you mean --json?\n")
    }

    @Test func helpFitsAScreen() throws {
        let lines = try report(["--help"]).output.split(separator: "\n")
        #expect(lines.count <= 24)
        for line in lines { #expect(line.count <= 120) }
    }
}
