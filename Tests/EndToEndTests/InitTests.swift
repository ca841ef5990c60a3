import Glibc
import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge init`: what a newcomer is asked, and what lies there afterwards.
@Suite struct InitTests {
    /// A machine that is not configured yet, and the URL that its operator has.
    private func newcomer() throws -> (pbx: PBX, url: String) {
        let pbx = try EndpointTests.pbx()
        let url = pbx.service.endpointURL
        for name in ["ENDPOINT_URL", "SURFACE", "PATHS_LOG", "PATHS_LOG_LEVEL"] {
            pbx.environment["COGNIGY_\(name)"] = nil
        }
        mkdir(pbx.folder.path("etc"), 0o755)
        chmod(pbx.folder.path, 0o755)
        CheckStep.isolate(pbx)
        return (pbx, url)
    }

    private func words(_ pbx: PBX) -> [String] { [Binary.path, "init", "--etc", pbx.folder.path("etc")] }

    private func names(_ pbx: PBX) throws -> [String] { try FolderListing.names(pbx.folder.path("etc")).sorted() }

    private func run(_ pbx: PBX, _ more: [String], input: String) throws -> Outcome {
        try Outcome(of: words(pbx) + more, input: input, environment: pbx.environment)
    }

    private func mode(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private static let files = ["cognigy-bridge.conf", "cognigy-bridge.endpoint"]

    // MARK: At a terminal

    /// The questions, and answers to them.
    private static func talk(_ url: String) -> [(String, String)] {
        [
            ("it is not shown: ", "\(url)\n"), ("keys [keys]: ", "\n"), ("[espeak-ng]: ", "\n"),
            ("CONTEXT,EXTEN,PRIORITY: ", "PJSIP/100\n"), ("[en]: ", "de\n"), ("a file [", "off\n"),
        ]
    }

    @Test func itAsksWritesAndChecks() throws {
        let (pbx, url) = try newcomer()
        let session = try TerminalSession(words(pbx), environment: pbx.environment)
        // Each is asked again.
        try session.expect("it is not shown: ")
        #expect(!session.echoes)
        try session.type("https://host.test/a b0123456789abcdef\n")
        try session.expect("there is a blank in it")
        for (question, answer) in Self.talk(url) {
            try session.expect(question)
            if question.hasPrefix("CONTEXT") {
                try session.type("PJSIP/100,30,U(evil)\n")
                try session.expect("is no telephone")
                try session.expect(question)
            }
            #expect(session.echoes == !question.hasPrefix("it is not"))
            try session.type(answer)
        }
        let status = try session.end()
        #expect(status == .code(0), "\(session.shown)")
        #expect(!session.shown.contains(url.suffix(32)))
        #expect(session.shown.contains("exten => s,1,Set(PEOPLE=PJSIP/100)\r\n"))
        #expect(session.shown.contains("configuration: \(pbx.folder.path("etc/cognigy-bridge.conf"))"))
        #expect(try names(pbx) == Self.files)
        #expect(try pbx.folder.text("etc/cognigy-bridge.endpoint") == url + "\n")
        #expect(mode(pbx.folder.path("etc/cognigy-bridge.endpoint")) == 0o600)
        #expect(mode(pbx.folder.path("etc/cognigy-bridge.conf")) == 0o640)
        #expect(try pbx.folder.text("etc/cognigy-bridge.conf").contains("--stdout -v de\n"))
        #expect(try !pbx.folder.text("etc/cognigy-bridge.conf").contains(url))
    }

    @Test(arguments: 0..<6) func whoeverIsInterruptedLeavesNothing(question: Int) throws {
        let (pbx, url) = try newcomer()
        for end in ["\u{4}", "SIGINT", "SIGTSTP"] {
            let session = try TerminalSession(words(pbx), environment: pbx.environment)
            for (words, answer) in Self.talk(url).prefix(question) {
                try session.expect(words)
                try session.type(answer)
            }
            try session.expect(Self.talk(url)[question].0)
            switch end {
            case "SIGINT": session.signal(SIGINT)
            case "SIGTSTP": session.signal(SIGTSTP)
            default: try session.type(end)
            }
            #expect(try session.end() == .code(1), "\(session.shown)")
            #expect(session.shown.contains("nothing was written") && session.echoes, "\(session.shown)")
            #expect(try names(pbx) == [])
        }
    }

    /// Standard input is the terminal then, which would show it.
    @Test func aSecretFromStandardInputIsNotShownEither() throws {
        let (pbx, _) = try newcomer()
        let session = try TerminalSession(words(pbx) + ["--endpoint-file", "-"], environment: pbx.environment)
        try session.expect("it is not shown: ")
        #expect(!session.echoes)
        try session.type("\u{4}")
        #expect(try session.end() == .code(1))
    }

    @Test func whatIsThereIsAskedAboutFirst() throws {
        let (pbx, _) = try newcomer()
        try pbx.folder.write("mine\n", to: "etc/cognigy-bridge.endpoint")
        let session = try TerminalSession(words(pbx), environment: pbx.environment)
        try session.expect("cognigy-bridge.endpoint is there already. Replace, and keep as FILE.old? yes or no [no]: ")
        try session.type("\n")
        #expect(try session.end() == .code(1))
        #expect(try names(pbx) == ["cognigy-bridge.endpoint"])
    }

    // MARK: Without one

    @Test func theURLComesOnStandardInput() throws {
        let (pbx, url) = try newcomer()
        let outcome = try run(
            pbx,
            [
                "--stt", "wss://127.0.0.1:1/stt", "--tts", "espeak-ng", "--people", "agents,s,1", "--log", "off",
                "--dialplan",
                pbx.folder.path("etc/dialplan"),
            ], input: "  \(url) \r\n")
        // Nobody writes down what callers say.
        #expect(outcome.status == .code(69), "\(outcome.output) \(outcome.errors)")
        #expect(try names(pbx) == Self.files + ["dialplan"])
        #expect(try pbx.folder.text("etc/cognigy-bridge.endpoint") == url + "\n")
        let written = try pbx.folder.text("etc/cognigy-bridge.conf")
        #expect(written.contains("stt_style = websocket\n"))
        let dialplan = try pbx.folder.text("etc/dialplan")
        #expect(dialplan.contains("EAGI(cognigy-bridge,voice)") && dialplan.contains("Goto(agents,s,1)"))
        #expect(!outcome.output.contains("exten =>") && !(outcome.output + outcome.errors).contains(url.suffix(32)))
    }

    @Test(arguments: [
        ("", [], "is empty; write something; pipe it in, or name its file"),
        ("URL", ["--people", "people,s,1"], "leads back"),
        ("https://a.test/0123456789abcdef\nmore\n", [], "more than one line"),
        ("https://a.test/short\n", [], "too short"), ("URL", ["--log", "nowhere"], "--log: \"nowhere\" is not known"),
        ("URL", ["--people", "x"], "\"x\" is nobody"), ("URL", ["--stt", "https://a b"], "--stt: "),
        ("URL", ["--stt", "https://a.test", "--stt-style", "vosk"], "vosk"),
        ("URL", ["--tts", "ftp://a.test"], "--tts: "), ("URL", ["--language", "de; rm"], "--language: "),
        ("URL", ["--log", "/a\nb = c"], "one line"),
        ("URL", ["--dialplan", "/nonexistent/dialplan"], "/nonexistent/dialplan cannot be written"),
    ]) func aWrongAnswerLeavesNothing(input: String, more: [String], said: String) throws {
        let (pbx, url) = try newcomer()
        let outcome = try run(pbx, more, input: input == "URL" ? url : input)
        #expect(outcome.status == .code(1) && outcome.output == "", "\(outcome.output)")
        #expect(outcome.errors.contains(said) && !outcome.errors.contains(url.suffix(32)), "\(outcome.errors)")
        #expect(try names(pbx) == [])
    }

    @Test func aSecretAmongTheWordsIsNotRepeated() throws {
        let (pbx, url) = try newcomer()
        for more in [[url], ["--endpoint-url=\(url)"]] {
            let outcome = try run(pbx, more, input: "")
            #expect(outcome.status == .code(2) && !outcome.errors.contains(url.suffix(32)), "\(outcome.errors)")
        }
    }

    // MARK: What is there already

    @Test func nothingIsReplacedWithoutAWord() throws {
        let (pbx, url) = try newcomer()
        try pbx.folder.write("[cognigy]\nsurface = rest\n", to: "etc/cognigy-bridge.conf")
        let refused = try run(pbx, [], input: url)
        #expect(refused.status == .code(1) && refused.errors.contains("--replace"), "\(refused.errors)")
        #expect(try names(pbx) == ["cognigy-bridge.conf"])
        let replaced = try run(pbx, ["--replace"], input: url)
        #expect(replaced.status == .code(0), "\(replaced.errors) \(replaced.output)")
        #expect(try names(pbx) == ["cognigy-bridge.conf", "cognigy-bridge.conf.old", "cognigy-bridge.endpoint"])
        #expect(try pbx.folder.text("etc/cognigy-bridge.conf.old") == "[cognigy]\nsurface = rest\n")
        // The first copy is the one that somebody wrote.
        let again = try run(pbx, ["--replace"], input: url)
        #expect(again.status == .code(0), "\(again.errors)")
        #expect(
            try names(pbx) == [
                "cognigy-bridge.conf", "cognigy-bridge.conf.old", "cognigy-bridge.conf.old.2",
                "cognigy-bridge.endpoint", "cognigy-bridge.endpoint.old",
            ])
        #expect(try pbx.folder.text("etc/cognigy-bridge.conf.old") == "[cognigy]\nsurface = rest\n")
    }

    /// As `make install` has put it there, and with the URL where README says.
    @Test func theSampleGivesWay() throws {
        let (pbx, url) = try newcomer()
        var copy = try Subprocess([
            "cp", "\(Binary.root)/agi-bin/cognigy-bridge.conf", pbx.folder.path("etc/cognigy-bridge.conf"),
        ])
        copy.wait()
        try pbx.folder.write(url + "\n", to: "etc/cognigy-bridge.endpoint")
        let outcome = try run(
            pbx, ["--endpoint-file", pbx.folder.path("etc/cognigy-bridge.endpoint"), "--log", "off"], input: "")
        #expect(outcome.status == .code(0), "\(outcome.errors) \(outcome.output)")
        #expect(try names(pbx) == ["cognigy-bridge.conf", "cognigy-bridge.conf.old", "cognigy-bridge.endpoint"])
    }

    @Test func aFreePBXIsSeenByItsFiles() throws {
        let (pbx, url) = try newcomer()
        try pbx.folder.write("", to: "etc/extensions_additional.conf")
        let outcome = try run(pbx, [], input: url)
        #expect(outcome.status == .code(1) && outcome.errors.contains("--people is needed"), "\(outcome.errors)")
        let people = try run(pbx, ["--people", "ext-queues,600,1"], input: url)
        #expect(people.output.contains("Custom Destinations") && people.output.contains("Goto(ext-queues,600,1)"))
    }

    // MARK: Whose files they are

    @Test(.enabled(if: geteuid() == 0, "only root can give files away")) func theSecretBelongsToAsterisksUser() throws {
        let (pbx, url) = try newcomer()
        mkdir(pbx.folder.path("state"), 0o700)
        chown(pbx.folder.path("state"), 12_345, 12_346)
        let outcome = try run(pbx, ["--log", "off"], input: url)
        #expect(outcome.status == .code(0), "\(outcome.errors) \(outcome.output)")
        func owner(_ name: String) -> [UInt32] {
            var status = stat()
            lstat(pbx.folder.path("etc/\(name)"), &status)
            return [status.st_uid, status.st_gid, status.st_mode & 0o777]
        }
        #expect(owner("cognigy-bridge.endpoint") == [12_345, 12_346, 0o600])
        #expect(owner("cognigy-bridge.conf") == [0, 12_346, 0o640])
        var removal = try Subprocess(["rm", "-rf", "/dev/shm/cognigy-bridge-12345"])
        removal.wait()
    }
}
