import FakeAsterisk
import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// `cognigy-bridge handoff` and AGI(cognigy-bridge,handoff), against the stand-in.
@Suite struct HandoffTests {
    private static let session = #"handoff-session s1 {"variables":{"callerName":"Jane","tries":2}}"#

    private struct Outcome {
        let code: Subprocess.ExitStatus
        let output: String
        let errors: String
    }

    /// Runs the program at a shell.
    private func run(_ pbx: PBX, _ arguments: [String], signal: (CInt, Journal.Event)? = nil) throws -> Outcome {
        var process = try Subprocess(
            ["/bin/sh", "-c", "exec \"$0\" handoff \"$@\" >\"$OUT\" 2>\"$ERR\"", Binary.path] + arguments,
            environment: pbx.environment.map { "\($0.key)=\($0.value)" }
                + ["OUT=\(pbx.folder.path("out"))", "ERR=\(pbx.folder.path("err"))", "PATH=/usr/bin:/bin"])
        if let (signal, event) = signal {
            try pbx.service.wait { $0.event == event }
            process.kill(signal)
        }
        let ending = try process.ending()
        try #require(try !Poll.wait(for: [Poll.Interest(ending.raw, .readable)], timeout: .seconds(60)).isEmpty)
        return Outcome(
            code: process.wait(), output: try pbx.folder.text("out"), errors: try pbx.folder.text("err"))
    }

    private let ids = ["--session", "s1", "--queue", "q1"]

    private func steps(_ pbx: PBX) -> [Journal.Event] {
        pbx.service.entries().map(\.event).filter { [.login, .look, .mark, .run].contains($0) }
    }

    @Test func aSessionIsHandedOffStepByStep() throws {
        let pbx = try PBX(Self.session)
        let outcome = try run(pbx, ids + ["--set", "issue=billing", "--set", "transferTarget=elsewhere"])
        #expect(outcome.code == .code(0))
        #expect(outcome.errors == "")
        let lines = outcome.output.split(separator: "\n").map { $0.split(separator: " ").first.map(String.init) ?? "" }
        #expect(lines.prefix(5) == ["session", "look", "mark", "run", "handed"])
        #expect(steps(pbx) == [.login, .look, .mark, .run])
        let marked = try #require(pbx.service.entries().first { $0.event == .mark })
        #expect(
            marked["variables"] == [
                "callerName": "Jane", "tries": 2, "issue": "billing", "transferTarget": "q1", "transferType": "queue",
                "handoffTrigger": true, "telephonyAction": "transfer",
            ])
        #expect(pbx.service.entries().first { $0.event == .login }?["spelling"] == "snake_case")
        #expect(pbx.service.violations == [])
        // The token is on the disk now.
        _ = try run(pbx, ["--session", "s2", "--queue", "q1"])
        #expect(pbx.service.count(.login) == 1)
    }

    @Test func asOneObjectItIsReadByPrograms() throws {
        let pbx = try PBX(Self.session)
        let outcome = try run(pbx, ids + ["--json"])
        let object = try JSON(parsing: Array(outcome.output.utf8))
        #expect(object["outcome"] == "handed_off" && object["sessionId"] == "s1" && object["queue"] == "q1")
        #expect(object["variables"]?["callerName"] == "Jane")
        #expect(object["flowExecutionId"]?.string?.isEmpty == false)
        let failed = try JSON(parsing: Array(try run(pbx, ["--session", "s2", "--queue", "q1", "--json"]).output.utf8))
        #expect(failed["outcome"] == "not_found")
        #expect(failed["error"]?.string?.contains("s2") == true)
    }

    @Test func aDryRunShowsTheVariablesAndChangesNothing() throws {
        let pbx = try PBX(Self.session)
        let outcome = try run(pbx, ids + ["--set", "issue=billing", "--dry-run"])
        #expect(outcome.code == .code(0))
        for line in [
            #"callerName = "Jane""#, #"issue = "billing""#, #"transferTarget = "q1""#, "handoffTrigger = true",
        ] {
            #expect(outcome.output.contains(line), "\(line)")
        }
        #expect(steps(pbx) == [.login, .look])
    }

    /// Names that a flow took from a caller move no cursor.
    @Test func whatTheServiceNamesCannotDrawOnTheTerminal() throws {
        let pbx = try PBX(#"handoff-session s1 {"variables":{"a\u001b[2Jb":"x"}}"#)
        let outcome = try run(pbx, ids + ["--dry-run"])
        #expect(outcome.output.contains(#"a\u{1b}[2Jb = "x""#))
        #expect(!outcome.output.utf8.contains(0x1B))
    }

    /// The scenario beside the session, the exit code, what the operator reads, and what was asked.
    @Test(
        arguments: [
            (#"handoff-session s1 {"status":"ended"}"#, 4, "ended on voice", [.look]),
            (#"handoff-session s1 {"channel":"chat"}"#, 4, "active on chat", [.look]),
            ("", 3, "not there, or has ended", [.look]),
            ("\(session)\nlook status 403", 6, "scopes session:write", [.look]),
            ("\(session)\nmark status 403", 6, "scopes session:write", [.look, .mark]),
            ("\(session)\nlook status 429", 7, "HTTP 429", [.look, .look, .look]),
            ("\(session)\nlook status 500 body {\"error\":\"connector offline\"}", 1, "connector offline", [.look]),
            ("\(session)\nmark processing 9", 5, "held the session", [.look, .mark]),
            ("\(session)\nrun status 500 body {\"error\":\"no trunk\"}", 8, "no trunk", [.look, .mark, .run]),
            ("\(session)\nrun drop", 8, "half done", [.look, .mark, .run]),
            ("\(session)\nrun status 500 body {\"error\":\"not demo-secret\"}", 8, "<secret>", [.look, .mark, .run]),
            ("\(session)\nrun status 401 times 2", 8, "half done", [.look, .mark, .run, .run]),
            ("\(session)\nmark drop", 8, "not known", [.look, .mark, .mark, .mark]),
            ("\(session)\nlogin status 401", 1, "client_id", []),
            ("\(session)\nlogin garbage", 1, "HTTP 200", []),
        ] as [(String, CInt, String, [Journal.Event])])
    func everyOutcomeHasACodeAndASentence(
        _ scenario: String, _ code: CInt, _ words: String, _ asked: [Journal.Event]
    ) throws {
        let pbx = try PBX(scenario, settings: ["COGNIGY_HANDOFF_LOCK_WAIT": "3"])
        let outcome = try run(pbx, ids)
        #expect(outcome.code == .code(code))
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
        let steps = steps(pbx).filter { $0 != .login }
        #expect(steps.starts(with: asked), "\(steps)")
        #expect(pbx.service.violations == [])
        #expect(!(outcome.errors + outcome.output + pbx.log).contains("demo-secret"))
    }

    @Test func aServiceThatIsAwayIsSaidSo() throws {
        let pbx = try PBX(Self.session)
        pbx.service.kill()
        let outcome = try run(pbx, ids)
        #expect(outcome.code == .code(1))
        #expect(outcome.errors.contains("cannot be reached"))
    }

    @Test func aFlowThatLetsGoInTimeIsWaitedFor() throws {
        let pbx = try PBX("\(Self.session)\nmark processing 1 times 1")
        let outcome = try run(pbx, ids)
        #expect(outcome.code == .code(0))
        #expect(outcome.output.contains("a flow holds it"))
        #expect(steps(pbx) == [.login, .look, .mark, .look, .look, .mark, .run])
        #expect(pbx.service.violations == [])
    }

    /// Whoever stops it in the middle gets the whole of it all the same.
    @Test(arguments: [SIGINT, SIGTERM, SIGHUP]) func itIsNotStoppedHalfDone(_ signal: CInt) throws {
        let pbx = try PBX("\(Self.session)\nmark delay 500 ok")
        let outcome = try run(pbx, ids, signal: (signal, .mark))
        #expect(outcome.code == .code(0))
        #expect(steps(pbx) == [.login, .look, .mark, .run])
    }

    @Test func beforeAnythingIsChangedItStopsAtOnce() throws {
        let pbx = try PBX("\(Self.session)\nlook hang")
        let outcome = try run(pbx, ids, signal: (SIGTERM, .look))
        #expect(outcome.code == .code(1))
        #expect(outcome.errors.contains("nothing was changed"))
    }

    @Test(arguments: [
        ["--queue", "q1"], ["--session"], ["--session", "s1", "--set", "novalue"], ["--nonsense"],
        ["--session", "s1"], ["--session", "s1", "--set", "=x"], ["--session", "..", "--queue", "q1"],
        ["--session", "a b", "--queue", "q1"],
    ])
    func wrongWordsAreExplained(_ words: [String]) throws {
        let outcome = try run(try PBX(Self.session), words)
        #expect(outcome.code == .code(2))
        #expect(outcome.errors.hasPrefix("cognigy-bridge: handoff: "))
    }

    // MARK: From the dialplan

    private func call(
        _ pbx: PBX, _ arguments: [String] = ["queue=q1"], plan: CallPlan = [],
        variables: [String: String] = ["COGNIGY_SESSION_ID": "s1", "COGNIGY_TURNS": "4"]
    ) throws -> CallRecord {
        var channel = FakeChannel()
        channel.variables = variables
        channel.isUp = true
        return try pbx.call(plan, arguments: ["handoff"] + arguments, channel: channel)
    }

    @Test func theSessionOfTheChannelGoesToTheQueue() throws {
        let pbx = try PBX(Self.session)
        let record = try call(pbx, ["queue=q1", "issue=billing"])
        #expect(record.status == .success)
        #expect(record.isChannelThere)
        #expect(record.variables["COGNIGY_STATUS"] == "HANDOFF")
        #expect(record.variables["COGNIGY_REASON"] == "handoff")
        #expect(record.variables["COGNIGY_TRANSFER_TARGET"] == "q1")
        #expect(record.variables["COGNIGY_SESSION_ID"] == "s1")
        // What the call before has said of itself stands.
        #expect(record.variables["COGNIGY_TURNS"] == "4")
        #expect(pbx.service.entries().first { $0.event == .mark }?["variables"]?["issue"] == "billing")
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
    }

    @Test func theCallGoesOnWhereTheConfigurationSays() throws {
        let pbx = try PBX(
            Self.session,
            settings: [
                "COGNIGY_HANDOFF_QUEUE": "q2", "COGNIGY_HANDOFF_CONTEXT": "agents", "COGNIGY_HANDOFF_EXTENSION": "700",
                "COGNIGY_HANDOFF_PRIORITY": "3",
            ])
        let record = try call(pbx, [])
        #expect(record.channel.context == "agents")
        #expect(record.channel.extension == "700")
        #expect(record.channel.priority == 3)
        #expect(record.variables["COGNIGY_TRANSFER_TARGET"] == "q2")
    }

    @Test(arguments: ["look hang", "run status 500", "mark status 403", "login status 401"])
    func whatFailsIsSaidAndTheCallGoesOn(_ fault: String) throws {
        let pbx = try PBX(
            "\(Self.session)\n\(fault)", settings: ["COGNIGY_HANDOFF_CONTEXT": "agents"])
        // Nobody waits for a service that is silent for longer than he can.
        let record = try pbx.call(
            fault == "look hang" ? [.hangUp(when: .next, after: .seconds(2))] : [],
            arguments: ["handoff", "queue=q1"], channel: channel())
        if fault == "look hang" {
            #expect(record.tells("COGNIGY_STATUS", "HANGUP"))
            #expect(try #require(record.hangupToExit) < .seconds(1))
            return
        }
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "HANDOFF_FAILED")
        #expect(record.channel.context == "ivr")
        #expect(record.isChannelThere)
    }

    /// A service may show what it was sent.
    @Test func theConsoleShowsNoSecretOfTheService() throws {
        let pbx = try PBX("\(Self.session)\nrun status 500 body {\"error\":\"not demo-secret\"}")
        let record = try call(pbx)
        #expect(record.commands.contains { $0.hasPrefix("EXEC Log") && $0.contains("<secret>") })
        #expect(!record.commands.contains { $0.contains("demo-secret") })
    }

    private func channel() -> FakeChannel {
        var channel = FakeChannel()
        channel.variables = ["COGNIGY_SESSION_ID": "s1"]
        channel.isUp = true
        return channel
    }

    @Test func aChannelWithoutASessionIsSaidSo() throws {
        let pbx = try PBX(Self.session)
        let record = try call(pbx, variables: [:])
        #expect(record.variables["COGNIGY_REASON"] == "HANDOFF_FAILED")
        #expect(record.commands.contains { $0.contains("COGNIGY_SESSION_ID is empty") })
        #expect(pbx.service.count(.look) == 0)
    }

    /// A dot segment would lead to another path of the service.
    @Test func aSessionThatIsNoneIsAskedForNowhere() throws {
        let pbx = try PBX(Self.session)
        let record = try call(pbx, variables: ["COGNIGY_SESSION_ID": ".."])
        #expect(record.variables["COGNIGY_REASON"] == "HANDOFF_FAILED")
        #expect(pbx.service.count(.connected) == 0)
    }

    @Test func withoutAQueueNobodyKnowsWhereTo() throws {
        let pbx = try PBX(Self.session)
        let record = try call(pbx, [])
        #expect(record.variables["COGNIGY_STATUS"] == "ERROR")
        #expect(record.exit == .code(78))
    }

    @Test func whoWaitsHearsTheWaitPrompt() throws {
        let pbx = try PBX("\(Self.session)\nmark delay 1500 ok", settings: ["COGNIGY_CALL_WAIT_PROMPT": "wait"])
        try pbx.addSound("wait.sln", milliseconds: 400)
        let record = try call(pbx)
        #expect(record.variables["COGNIGY_STATUS"] == "HANDOFF")
        #expect(record.sounds.filter { $0.name == "wait" }.count >= 2)
    }

    // MARK: In a call

    private func asks(_ more: String = "") -> String {
        """
        session reply {"id":"s1"}
        handoff-session s1 {"variables":{"callerName":"Jane"}}
        open send {"type":"response","audioUrl":"/audio/a-8k-300ms.wav","handoffTrigger":true,"transferTarget":"sales","transferType":"queue"}
        \(more)
        """
    }

    /// What came with it is heard first.
    @Test func theFlowHandsTheCallOff() throws {
        let pbx = try PBX(asks())
        let record = try pbx.call([])
        #expect(record.sounds.map(\.end) == [.complete])
        #expect(record.variables["COGNIGY_STATUS"] == "HANDOFF")
        #expect(record.variables["COGNIGY_TRANSFER_TARGET"] == "sales")
        let marked = try #require(pbx.service.entries().first { $0.event == .mark })
        #expect(marked["variables"]?["transferTarget"] == "sales")
        #expect(marked["variables"]?["callerName"] == "Jane")
        try pbx.service.wait { $0.event == .closed }
        let order = pbx.service.entries().map(\.event).filter { [.audio, .look, .mark, .run, .closed].contains($0) }
        #expect(order == [.audio, .look, .mark, .run, .closed])
        #expect(pbx.service.violations == [])
        #expect(pbx.leftovers() == [])
    }

    @Test func aHandoffThatFailsSendsTheCallerToPeopleAllTheSame() throws {
        let pbx = try PBX(asks("run status 503"))
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "UNAVAILABLE")
        #expect(record.variables["COGNIGY_REASON"] == "HANDOFF_FAILED")
        #expect(record.variables["COGNIGY_TRANSFER_TARGET"] == "sales")
        #expect(record.isChannelThere)
    }

    /// The service may end the conversation once it has taken the session away.
    @Test func aSocketThatClosesMeanwhileEndsNothing() throws {
        let pbx = try PBX(asks("mark delay 700 ok\nafter 800 close 1000"))
        let record = try pbx.call([])
        #expect(record.variables["COGNIGY_STATUS"] == "HANDOFF")
        #expect(record.isChannelThere)
    }

    @Test func whoHangsUpMeanwhileIsGoneAtOnce() throws {
        let pbx = try PBX(asks("mark hang"))
        let record = try pbx.call([.hangUp(when: .whenHeard(1), after: .seconds(1))])
        #expect(record.tells("COGNIGY_STATUS", "HANGUP"))
        #expect(try #require(record.hangupToExit) < .seconds(1))
        #expect(pbx.log.contains("is not known: the call ended first"))
    }
}
