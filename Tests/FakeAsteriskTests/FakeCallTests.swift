import FakeAsterisk
import System
import Testbed
import Testing

/// Small AGI programs in shell, run by the fake Asterisk.
@Suite struct FakeCallTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let prelude = """
        while read -r line && [ -n "$line" ]; do last=$line; done
        ask() { printf '%s\\n' "$1"; read -r reply; }

        """

    private func run(
        _ script: String, plan: CallPlan = [], variables: [String: String] = [:],
        speed: Double = 1
    ) throws -> CallRecord {
        var channel = FakeChannel()
        channel.variables = variables
        return try FakeCall(
            program: "/bin/sh", arguments: ["-c", Self.prelude + script], environment: ["GREETING": "hello"],
            plan: plan, channel: channel, sounds: folder.path, speed: speed
        ).run(deadline: .seconds(10))
    }

    @Test func theProgramStartsAsAsteriskStartsIt() throws {
        let record = try run(
            """
            ask "SET VARIABLE CWD \\"$(pwd)\\""
            [ -e /proc/$$/fd/3 ] || ask "SET VARIABLE FD3 closed"
            ask "SET VARIABLE ENV \\"$GREETING $AST_AGI_DIR\\""
            ask "SET VARIABLE IGNORED \\"$(sed -n 's/SigIgn:.*\\(.\\{7\\}\\)$/\\1/p' /proc/$$/status)\\""
            """)
        #expect(record.variables["CWD"] == "/")
        #expect(record.variables["FD3"] == "closed")
        #expect(record.variables["ENV"] == "hello /usr/share/asterisk/agi-bin")
        #expect(record.variables["IGNORED"] == "0000000")
        #expect(record.status == .success)
        #expect(record.exit == .code(0))
        #expect(record.isChannelThere)
    }

    @Test func theDialplanDoesWhatThePlanSays() throws {
        let dial = CallPlan.Subroutine(
            .milliseconds(200), variables: ["DIALSTATUS": "BUSY"], variablesOnHangup: ["DIALSTATUS": "CANCEL"])
        let script = """
            ask "GOSUB out s 1"
            read -r reply
            ask 'SET VARIABLE DONE yes'
            """
        let record = try run(script, plan: CallPlan([], subroutines: ["out,s": dial]))
        #expect(record.replies == ["100 result=0 Trying...", "200 result=0 Gosub complete", "200 result=1"])
        #expect(record.variables["DIALSTATUS"] == "BUSY" && record.variables["DONE"] == "yes")
        let left = try run(
            script, plan: CallPlan([.hangUp(when: .whenRunning("GOSUB"))], subroutines: ["out,s": dial]))
        #expect(left.replies.dropFirst().first == "200 result=0 Gosub complete (abnormal exit)")
        #expect(left.variables["DIALSTATUS"] == "CANCEL" && left.status == .hangup)
    }

    @Test func theEnvironmentBlockIsInAsterisksOrder() throws {
        let record = try FakeCall(
            program: "/bin/sh",
            arguments: [
                "-c",
                """
                n=0
                while read -r line && [ -n "$line" ]; do
                  case $line in agi_arg_*) break ;; esac
                  names="$names${line%%:*} "
                done
                echo "SET VARIABLE NAMES \\"$names\\""
                read -r reply
                """,
            ]
        ).run()
        #expect(
            record.variables["NAMES"] == """
                agi_request agi_channel agi_language agi_type agi_uniqueid agi_version agi_callerid agi_calleridname \
                agi_callingpres agi_callingani2 agi_callington agi_callingtns agi_dnid agi_rdnis agi_context \
                agi_extension agi_priority agi_enhanced agi_accountcode agi_threadid\u{20}
                """)
    }

    @Test func aKeyPressedWhileNoCommandRunsIsLost() throws {
        let record = try run(
            "trap 'exit 0' HUP; while :; do read -r line; done",
            plan: [.press("1", when: .whenIdle), .hangUp()])
        #expect(record.lostKeys == "1")
        #expect(record.status == .hangup)
    }

    @Test func theEndOfAKeyCounts() throws {
        // The key is down before the program asks, and up after.
        let record = try run(
            "sleep 0.1; ask 'WAIT FOR DIGIT 3000'; ask \"VERBOSE $reply 1\"",
            plan: [.press("7", holding: .seconds(1))])
        #expect(record.replies == ["200 result=55", "200 result=1"])
        let key = try #require(record.keys.first)
        #expect(key.fate == .returned)
        #expect(key.began < .milliseconds(500))
        #expect(key.ended - key.began == .seconds(1))
    }

    @Test func keysArriveOneByOneWhileSomethingWaits() throws {
        let record = try run(
            "for n in 1 2 3 4; do ask 'WAIT FOR DIGIT -1'; done", plan: [.press("1*#9", when: .whenWaiting)])
        #expect(record.returnedKeys == "1*#9")
        #expect(record.replies == ["200 result=49", "200 result=42", "200 result=35", "200 result=57"])
        let ends = record.keys.map(\.ended)
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $1 - $0 == .milliseconds(350) })
    }

    @Test func aNewCommandInterruptsTheOneThatWaits() throws {
        let record = try run("echo 'WAIT FOR DIGIT -1'; sleep 0.3; ask NOOP; read -r reply")
        #expect(record.replies == ["200 result=1", "200 result=0"])
    }

    @Test func twoLinesInThePipeHangUntilMoreBytesCome() throws {
        let record = try run(
            """
            printf 'NOOP\\nCHANNEL STATUS\\n'
            read -r reply
            sleep 0.2
            printf 'VERBOSE x 1\\n'
            read -r reply
            read -r reply
            """)
        #expect(record.replies == ["200 result=0", "200 result=4", "200 result=1"])
        let times = record.events.compactMap { if case .reply = $0.what { $0.at } else { nil } }
        #expect(times.count == 3 && times[1] - times[0] > .milliseconds(150))
    }

    @Test func soundsPlayInRealTime() throws {
        let tone = [UInt8](repeating: 7, count: 4800)
        try AtomicFile.write(tone, to: folder.path("tone.sln"))
        let record = try run("ask 'STREAM FILE tone \"\"'")
        #expect(record.replies == ["200 result=0 endpos=2400"])
        let sound = try #require(record.sounds.first)
        #expect(sound.bytes == tone)
        #expect(sound.path == "\(folder.path)/tone.sln")
        #expect(sound.end == .complete)
        #expect(sound.ended - sound.began >= .milliseconds(300))
        #expect(sound.ended - sound.began < .seconds(2))
    }

    @Test func aKeyStopsASoundWhereItWas() throws {
        try AtomicFile.write([UInt8](repeating: 0, count: 160_000), to: folder.path("long.sln"))
        let record = try run(
            "ask 'STREAM FILE long 0123456789'", plan: [.press("5", when: .whenPlaying(1), after: .seconds(1))],
            speed: 10)
        let sound = try #require(record.sounds.first)
        #expect(sound.end == .key("5"))
        #expect(record.replies == ["200 result=53 endpos=\(sound.to)"])
        // 1.1 s of the call at 8000 samples a second.
        #expect((8800..<80_000).contains(sound.to))
    }

    @Test func hangupIsAnsweredThenSignalledThenEverythingElseIsRefused() throws {
        let record = try run(
            """
            trap 'hup=yes' HUP
            ask 'WAIT FOR DIGIT -1'
            while [ -z "$hup" ]; do sleep 0.01; done
            ask 'STREAM FILE tone ""'
            ask 'SET VARIABLE HUP "yes"'
            """, plan: [.hangUp(when: .whenWaiting)])
        #expect(record.replies.first == "200 result=-1")
        #expect(record.replies.dropFirst().first?.hasPrefix("511 ") == true)
        #expect(record.variables["HUP"] == "yes")
        #expect(record.status == .hangup)
        #expect(!record.isChannelThere)
        #expect(try #require(record.hangupToExit) < .seconds(2))
    }

    @Test func withoutTheSignalTheAnswersAreTheOnlyNews() throws {
        let record = try run(
            "trap 'exit 9' HUP; ask 'WAIT FOR DIGIT -1'; ask ANSWER", plan: [.hangUp(when: .whenWaiting)],
            variables: ["AGISIGHUP": "no"])
        #expect(record.exit == .code(0))
        #expect(record.replies.last?.hasPrefix("511 ") == true)
    }

    @Test func agiExitOnHangupClosesThePipes() throws {
        let record = try run(
            "trap '' HUP; ask NOOP; while read -r line; do :; done; exit 3",
            plan: [.hangUp(when: .whenRunning("NOOP"))],
            variables: ["AGIEXITONHANGUP": "yes"])
        #expect(record.exit == .code(3))
        #expect(record.status == .hangup)
    }

    @Test func aProgramKilledByTheSignalLeavesItsStatusHangup() throws {
        let record = try run("read -r forever", plan: [.hangUp(when: .whenIdle)])
        #expect(record.exit == .signal(1))
        #expect(record.status == .hangup)
    }

    @Test func aMissingPromptFailsTheRun() throws {
        let record = try run("ask 'STREAM FILE gone \"\"'")
        #expect(record.replies == ["200 result=-1 endpos=0"])
        #expect(record.status == .failure)
        #expect(record.exit == .code(0))
    }

    @Test func underEAGITheCallersVoiceIsOnDescriptor3() throws {
        let speech = [UInt8](repeating: 7, count: 3200)
        let record = try FakeCall(
            program: "/bin/sh",
            arguments: [
                "-c",
                """
                while read -r line && [ -n "$line" ]; do
                  case $line in agi_enhanced*) enhanced=${line#*: } ;; esac
                done
                echo 'WAIT FOR DIGIT -1'
                head -c 24000 <&3 >"$HEARD"
                read -r reply
                echo "SET VARIABLE ENHANCED $enhanced"
                read -r reply
                """,
            ], environment: ["HEARD": folder.path("heard")],
            plan: [.say(speech, when: .whenWaiting, after: .milliseconds(100)), .press("1", after: .seconds(1))],
            enhanced: true
        ).run()
        #expect(record.variables["ENHANCED"] == "1.0")
        #expect(record.returnedKeys == "1")
        let heard = try AtomicFile.read(folder.path("heard"), limit: 25_000, forbidden: 0).bytes
        // A second and a half, in which even a slow shell has asked for a key.
        #expect(heard.count == 24_000)
        #expect(heard.filter { $0 == 7 }.count == 3200)
        #expect(heard.first == 0 && heard.last == 0)
    }

    @Test func aProgramThatIsNotThereIsNotFound() throws {
        let record = try FakeCall(program: "/nowhere/at-all").run()
        #expect(record.status == .notFound)
    }

    @Test func aProgramThatCannotBeExecutedFails() throws {
        try AtomicFile.write(Array("nonsense".utf8), to: folder.path("program"))
        #expect(try FakeCall(program: "\(folder.path)/program").run().status == .failure)
    }

    @Test func aCallThatDoesNotEndIsKilledAndShown() throws {
        #expect {
            try waiting().run(deadline: .zero)
        } throws: { error in
            guard case .deadline(let record)? = error as? FakeCall.Failure else { return false }
            return record.commands == ["WAIT FOR DIGIT -1"] && "\(error)".contains("> WAIT FOR DIGIT -1")
        }
    }

    /// A call whose program has asked for a key, and does not end.
    private func waiting() throws -> FakeCall {
        var call = try FakeCall(
            program: "/bin/sh", arguments: ["-c", "echo 'WAIT FOR DIGIT -1'; sleep 600 | sleep 600"])
        while call.record.commands.isEmpty, !call.isOver {
            _ = try Poll.wait(for: call.interests, timeout: call.timeout)
            try call.advance()
        }
        return call
    }
}
