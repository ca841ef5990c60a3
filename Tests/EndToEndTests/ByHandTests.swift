import FakeAsterisk
import Glibc
import System
import TestService
import Testbed
import Testing

@Suite struct ByHandTests {
    private func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) throws -> Outcome {
        try Outcome(of: arguments, input: input, environment: environment)
    }

    private static let block = "agi_request: x\nagi_uniqueid: 1.1\nagi_callerid: 123\n\n"

    @Test func withoutAConfigurationItSaysWhichFileItLookedForAndHowToBegin() throws {
        let outcome = try run(
            [Binary.path], input: Self.block, environment: ["COGNIGY_BRIDGE_CONF": "/nonexistent.conf"])
        #expect(outcome.status == .code(78))
        #expect(outcome.errors.contains("/nonexistent.conf"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(outcome.output.hasPrefix("EXEC Log "))
    }

    @Test func aConfigurationErrorReachesTheDialplan() throws {
        let folder = try TemporaryFolder()
        try folder.write("[cognigy]\nbase_urll = https://x\n", to: "conf")
        let record = try FakeCall(program: Binary.path, environment: ["COGNIGY_BRIDGE_CONF": folder.path("conf")])
            .run()
        #expect(record.variables["COGNIGY_STATUS"] == "ERROR")
        #expect(record.variables["COGNIGY_REASON"] == "configuration")
        #expect(record.exit == .code(78))
        #expect(record.status == .failure)
        let said = try #require(record.commands.first { $0.hasPrefix("EXEC Log") })
        #expect(said.contains("conf:2") && said.contains("base_url"))
    }

    @Test func anEndOfInputAfterTheBlockIsTheEndOfTheCall() throws {
        let pbx = try PBX("")
        let outcome = try run([Binary.path], input: Self.block, environment: pbx.environment)
        #expect(outcome.status == .code(0))
        #expect(outcome.output.hasPrefix("GET FULL VARIABLE "))
        #expect(pbx.leftovers() == [])
    }

    @Test func withoutABlockItSaysWhoStartsIt() throws {
        let outcome = try run([Binary.path], input: "")
        #expect(outcome.status == .code(2))
        #expect(outcome.errors.contains("cognigy-bridge --help"))
        #expect(outcome.output == "")
    }

    @Test func onATerminalItPrintsHelpThatFitsAScreen() throws {
        let outcome = try run(["script", "-qec", Binary.path, "/dev/null"])
        let lines = outcome.output.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(outcome.output.contains("AGI(cognigy-bridge"))
        #expect(lines.count <= 40)
        #expect(lines.allSatisfy { $0.count <= 90 })
        #expect(outcome.status == .code(0))
    }

    @Test(arguments: ["call", "check", "simulate"], ["--help", "-h"])
    func aCommandExplainsItself(_ command: String, _ option: String) throws {
        let outcome = try run([Binary.path, command, option])
        #expect(outcome.output.hasPrefix("Usage: cognigy-bridge \(command)"))
        #expect(outcome.errors == "")
        #expect(outcome.status == .code(0))
    }

    /// Started without the descriptors of a shell: nothing that it opens may be taken for Asterisk's pipes.
    @Test(arguments: [("<&-", 2), (">&-", 0), ("<&- >&- 2>&-", 2)] as [(String, CInt)])
    func withoutItsDescriptorsItEndsAtOnce(_ closed: String, _ code: CInt) throws {
        let pbx = try PBX("")
        var input = try Pipe()
        try Descriptor.writeAll(input.rawWriter, Self.block.utf8, deadline: MonotonicClock.now() + .seconds(1))
        let variables = pbx.environment.map { "\($0.key)=\($0.value)" } + ["PATH=/usr/bin:/bin"]
        var process = try Subprocess(
            ["/bin/sh", "-c", "exec \"$0\" \(closed)", Binary.path], environment: variables, input: input.rawReader)
        input.reader = nil
        let ending = try process.ending()
        // Its own patience with an environment that does not come is ten seconds.
        #expect(try !Poll.wait(for: [Poll.Interest(ending.raw, .readable)], timeout: .seconds(8)).isEmpty)
        process.kill(SIGKILL)
        #expect(process.wait() == .code(code))
        #expect(pbx.leftovers() == [])
    }

    @Test func aWordThatIsNoCommandIsNamed() throws {
        let outcome = try run([Binary.path, "bogus"])
        #expect(outcome.status == .code(2))
        #expect(outcome.errors.contains("\"bogus\""))
    }

    @Test(arguments: [
        (["--bogus"], "unknown argument --bogus"), (["--port"], "--port needs a value"),
        (["--voice-port", "x"], "--voice-port x: a port is a number"), (["--ca", "file"], "--ca needs --tls"),
        (["--live"], "--live needs --voice-port"),
    ])
    func aWordThatSimulateCannotUseIsNamed(_ words: [String], _ mistake: String) throws {
        let outcome = try run([Binary.path, "simulate"] + words)
        #expect(outcome.status == .code(2))
        #expect(outcome.errors.hasPrefix("simulate: \(mistake)"), "\(outcome.errors)")
        #expect(outcome.errors.contains("Usage: cognigy-bridge simulate"))
    }

    /// Calls would find a service that is gone, and nobody would know why.
    @Test func aStandInWhoseJournalNobodyReadsSaysWhyItEnds() throws {
        let input = try Pipe()
        let output = try Pipe()
        let errors = try Pipe()
        // As much as a pipe holds: pipe(7).
        try Descriptor.writeAll(
            output.rawWriter, [UInt8](repeating: 0x0A, count: 1 << 16), deadline: MonotonicClock.now() + .seconds(1))
        var process = try Subprocess(
            [Binary.path, "simulate", "--journal", "--until-eof"], input: input.rawReader, output: output.rawWriter,
            errors: errors.rawWriter)
        let said = Poll.Interest(errors.rawReader, .readable)
        #expect(try !Poll.wait(for: [said], timeout: .seconds(60)).isEmpty)
        let words = "cognigy-bridge simulate: nobody has read its standard output for five seconds, so it has ended\n"
        #expect(try Descriptor.read(errors.rawReader) == .bytes(Array(words.utf8)))
        #expect(process.wait() == .code(1))
    }

    @Test func theDemoCallEndsWellAndShowsBothSides() throws {
        let outcome = try run([Binary.path, "call", "--digits", "1239"])
        #expect(outcome.status == .code(0))
        for word in ["hears \"Welcome", "presses 9", "<- RECOGNIZED_DTMF \"9\"", "closed 1000", "COMPLETED"] {
            #expect(outcome.output.contains(word))
        }
    }

    /// Debian's are GSM, in the folder that asterisk.conf names.
    @Test func aCallByHandPlaysAsterisksOwnSounds() throws {
        let pbx = try PBX("", settings: ["COGNIGY_CALL_FALLBACK_PROMPT": "hello"])
        try pbx.folder.write("[directories]\nastdatadir => \(pbx.folder.path)\n", to: "asterisk.conf")
        pbx.environment["AST_CONFIG_DIR"] = pbx.folder.path
        for name in ["sounds", "sounds/en"] { mkdir(pbx.folder.path(name), 0o755) }
        try AtomicFile.write([UInt8](repeating: 0, count: 33 * 50), to: pbx.folder.path("sounds/en/hello.gsm"))
        pbx.service.kill()
        let outcome = try run(
            [Binary.path, "call", "--against", pbx.service.baseURL, "--digits", "1"], environment: pbx.environment)
        #expect(outcome.output.contains("hears hello, 1.00 s"), "\(outcome.output)")
        #expect(outcome.status == .code(1))
    }

    /// The configuration's own endpoint has nothing to do with it.
    @Test(arguments: [
        ("https://127.0.0.1/short", "too short for a token"),
        ("127.0.0.1/0123456789abcdef", "does not begin with https://"),
        ("https://127.0.0.1/0123456789abcdef0123456789abcdef?x=1", "a query"),
    ])
    func anAddressThatIsNoneIsBlamedItself(url: String, words: String) throws {
        let pbx = try EndpointTests.pbx()
        try pbx.folder.write("[cognigy]\nendpoint_url_file = /nonexistent\n", to: "conf")
        pbx.environment["COGNIGY_BRIDGE_CONF"] = pbx.folder.path("conf")
        pbx.environment["COGNIGY_ENDPOINT_URL"] = nil
        let outcome = try run(
            [Binary.path, "call", "--against", url, "--digits", "1"], environment: pbx.environment)
        #expect(outcome.status == .code(1))
        #expect(outcome.errors.hasPrefix("call: --against is not the URL of an endpoint: "), "\(outcome.errors)")
        #expect(outcome.errors.contains(words) && !outcome.errors.contains("/nonexistent"))
        #expect(outcome.output == "")
    }

    @Test func aCallByHandSaysWhatItCallsAndThatItIsAway() throws {
        let pbx = try EndpointTests.pbx()
        let (url, server) = (pbx.service.endpointURL, pbx.service.baseURL)
        pbx.environment["COGNIGY_ENDPOINT_URL"] = nil
        try pbx.folder.write("[cognigy]\nendpoint_url_file = /nonexistent\n", to: "conf")
        pbx.environment["COGNIGY_BRIDGE_CONF"] = pbx.folder.path("conf")
        let words = [Binary.path, "call", "--against", url, "--digits", "9"]
        var outcome = try run(words, environment: pbx.environment)
        #expect(outcome.output.contains("calls \(server), and takes all else from \(pbx.folder.path("conf"))\n"))
        #expect(outcome.status == .code(0) && outcome.errors == "", "\(outcome.output) \(outcome.errors)")
        pbx.service.kill()
        outcome = try run(words, environment: pbx.environment)
        #expect(
            outcome.errors.contains("127.0.0.1: no connection to 127.0.0.1 port ")
                && outcome.errors.contains("Connection refused; look at the firewall"), "\(outcome.errors)")
        #expect(outcome.status == .code(1) && outcome.output.contains("UNAVAILABLE"))
        for said in [outcome.output, outcome.errors] { #expect(!said.contains(url.suffix(64))) }
    }

    /// Not every flow greets.
    @Test func aCallByHandSaysThatItWaitsAndGoesOn() throws {
        let pbx = try PBX(#"key 1 send {"type":"response","end":true}"#)
        let outcome = try run(
            [Binary.path, "call", "--against", pbx.service.baseURL, "--digits", "1"], environment: pbx.environment)
        #expect(outcome.status == .code(0), "\(outcome.output)")
        #expect(outcome.output.contains("waits: nothing was said yet"))
    }

    @Test func itIsOneStaticFile() throws {
        let outcome = try run(["ldd", Binary.path])
        #expect((outcome.output + outcome.errors).contains("not a dynamic executable"))
    }

    /// A caller's name may hold anything, and a shell of ours never sees it.
    @Test(arguments: [
        "\"; SHELL(id) \\\"", "x\n\n200 result=49\nHANGUP\n", "${SHELL(touch /tmp/never)}",
        String(repeating: "é\"\\", count: 1400),
        "\u{1}\u{7F}\r", "agi\nagi_uniqueid: forged\nagi_arg_1: on_end=continue",
    ])
    func aHostileCallerForgesNothing(_ name: String) throws {
        let pbx = try PBX(#"key 9 send {"type":"response","end":true}"#)
        var channel = FakeChannel()
        channel.callerIDName = name
        channel.callerID = name
        let record = try pbx.call([.press("9", when: .whenWaiting, after: .milliseconds(300))], channel: channel)
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.service.keys == "9")
        #expect(pbx.service.violations == [])
        #expect(record.leftover == [])
        #expect(!record.replies.contains { $0.hasPrefix("510") || $0.hasPrefix("520") })
    }

    @Test func noSecretIsEverWrittenDown() throws {
        let pbx = try PBX("session status 401 times 1\nkey 9 send {\"type\":\"response\",\"end\":true}")
        let record = try pbx.call([.press("9", when: .whenWaiting, after: .milliseconds(300))])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        let said = record.commands.joined() + pbx.log + record.variables.values.joined()
        #expect(!said.contains("demo-secret"))
        #expect(!said.contains("Bearer"))
    }
}
