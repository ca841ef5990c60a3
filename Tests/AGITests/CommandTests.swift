import System
import Testbed
import Testing
import Text

@testable import AGI
@testable import FakeAsterisk

@Suite struct CommandTests {
    private static let hostile =
        "\"\\\n\r\0\t 'x\u{7F}\u{1B}[2J\u{9B}2J\u{85}\u{301}\u{E9}\u{20AC}\u{1F600}\u{2028}HANGUP\nEXEC System \"rm\"\\\" ${SHELL(id)}"

    private static func everyCommand(_ argument: String) -> [Command] {
        [
            .answer, .hangup, .noop, .channelStatus, .waitForDigit, .streamFile(argument, escape: .all, offset: .max),
            .streamSilence(argument), .sayNumber(.min, escape: .all), .clearVariable(.transferTarget),
            .setVariables([Command.Assignment(.transferTarget, argument), Command.Assignment(.turns, argument)]),
            .evaluate(marker: argument, argument), .verbose(argument, level: .min), .warn(argument),
            .setDTMFMode(argument), .gosub(context: argument, extension: argument, arguments: [argument, argument]),
            .sendDigits(argument, each: .seconds(1 << 40)),
        ]
    }

    @Test func everyCommandIsTheLineThatAsteriskKnows() {
        let lines: [(Command, String)] = [
            (.answer, "ANSWER\n"),
            (.hangup, "HANGUP\n"),
            (.noop, "NOOP\n"),
            (.channelStatus, "CHANNEL STATUS\n"),
            (.waitForDigit, "WAIT FOR DIGIT -1\n"),
            (.streamFile("beep", escape: .all), "STREAM FILE \"beep\" \"0123456789*#\" 0\n"),
            (.streamFile("/a b/c", escape: .none, offset: 8000), "STREAM FILE \"/a b/c\" \"\" 8000\n"),
            (.sayNumber(-42, escape: .all), "SAY NUMBER -42 \"0123456789*#\"\n"),
            (.streamSilence("/s"), "STREAM FILE \"/s\" \"0123456789*#\" 100000000\n"),
            (
                .setVariables([Command.Assignment(.status, "COMPLETED"), Command.Assignment(.turns, "3")]),
                "EXEC MSet \"COGNIGY_STATUS=COMPLETED,COGNIGY_TURNS=3\"\n"
            ),
            (.clearVariable(.transferTarget), "SET VARIABLE COGNIGY_TRANSFER_TARGET \"\"\n"),
            (.warn("a, b"), "EXEC Log \"WARNING,a, b\"\n"),
            (
                .evaluate(marker: "m1:", "${CHANNEL(audionativeformat)}"),
                "GET FULL VARIABLE \"m1:${CHANNEL(audionativeformat)}\"\n"
            ),
            (.verbose("one\ntwo", level: 3), "VERBOSE \"one two\" 3\n"),
            (.setContext("a b"), "SET CONTEXT \"a b\"\n"), (.setExtension("s"), "SET EXTENSION \"s\"\n"),
            (.setPriority("1"), "SET PRIORITY \"1\"\n"),
            (.gosub(context: "out", extension: "s"), "GOSUB \"out\" \"s\" 1\n"),
            (.gosub(context: "a b", extension: "s", arguments: ["x", "y"]), "GOSUB \"a b\" \"s\" 1 \"x,y\"\n"),
            (.sendDigits("12w#", each: .milliseconds(500)), "EXEC SendDTMF \"12w#,250,500\"\n"),
            (.setDTMFMode("rfc4733"), "SET VARIABLE PJSIP_DTMF_MODE() \"rfc4733\"\n"),
        ]
        for (command, line) in lines { #expect(command.line == Array(line.utf8)) }
    }

    /// A variable's value in an application's arguments is read as dialplan: pbx_substitute_variables_helper_full() does
    /// not quote.
    @Test func noVariableHoldsWhatADialplanReads() {
        let attack = "sales,,,,60,agi://127.0.0.1/x&Local/1@out)U(evil^s^1)${SHELL(id)}|;\"'`\\"
        #expect(
            Command.setVariables([Command.Assignment(.transferTarget, attack)]).line
                == Array("EXEC MSet \"COGNIGY_TRANSFER_TARGET=sales60agi:127.0.0.1xLocal1@outUevils1SHELLid\"\n".utf8))
    }

    /// It names a file of the program's own.
    @Test func aPathKeepsItsSlashes() {
        #expect(
            Command.setVariables([Command.Assignment(.transferMusic, "/dev/shm/a/7,&1")]).line
                == Array("EXEC MSet \"COGNIGY_TRANSFER_MUSIC=/dev/shm/a/71\"\n".utf8))
    }

    /// handle_gosub prints them into a text that is parsed as dialplan.
    @Test func noSubroutineIsCalledByWhatADialplanReads() {
        let command = Command.gosub(
            context: "out,evil", extension: "s)(x", arguments: ["1,2", "${SHELL(id)}", "4;\"5\""])
        #expect(command.line == Array("GOSUB \"outevil\" \"sx\" 1 \"12,SHELLid,45\"\n".utf8))
    }

    @Test(arguments: [
        ("0123456789*#", "0123456789*#"), ("ABCDabcd", "ABCDabcd"), ("1w2W3", "1w2W3"), ("1,5,5,SIP/x", "155"),
        ("tel:+49 (30) 1-2", "493012"), ("1\u{301}2٣", "2"), ("", ""), ("no", ""),
    ])
    func onlyKeysAreSentToTheTelephone(text: String, digits: String) {
        #expect(Command.digits(in: text) == digits)
    }

    @Test func whatIsSentToTheTelephoneHasAnEnd() {
        let digits = String(repeating: "1", count: Command.mostDigits)
        #expect(Command.digits(in: digits + "23") == digits)
        for (length, milliseconds) in [
            (Duration.seconds(3600), 1000), (.zero, 50), (.seconds(-1), 50), (.milliseconds(250), 250),
        ] {
            #expect(
                Command.sendDigits("1", each: length).line == Array("EXEC SendDTMF \"1,250,\(milliseconds)\"\n".utf8))
        }
    }

    @Test func nothingInAnArgumentEndsALineOrBeginsAnother() {
        for command in Self.everyCommand(Self.hostile) {
            let line = command.line
            #expect(line.filter { $0 == 10 }.count == 1)
            #expect(line.last == 10)
            #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            // C1 controls, which some terminals obey.
            #expect(!String(decoding: line, as: UTF8.self).unicodeScalars.contains { (0x80...0x9F).contains($0.value) })
        }
    }

    @Test func anArgumentArrivesAsOneWordWithSpacesForControlCharacters() {
        var random = SeededGenerator(seed: 1)
        let alphabet = Array(Self.hostile.unicodeScalars)
        for _ in 0..<2000 {
            var argument = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                argument.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
            }
            let said = String(argument)
            let heard = String(String.UnicodeScalarView(argument.map { $0.isControlOrLineBreak ? " " : $0 }))
            let words = CommandWords.split(Command.setContext(said).line.dropLast())
            #expect(words.map { Array($0.utf8) } == ["SET", "CONTEXT", heard].map { Array($0.utf8) })
        }
    }

    /// AGI_BUF_LEN: a longer line is split, and every piece runs as a command.
    @Test(arguments: ["\\", "\"", "a", "é", "€", "\u{1F600}", "\n", "e\u{301}\u{302}"])
    func theLongestLineIsShorterThanAsterisksBuffer(unit: String) {
        for command in Self.everyCommand(String(repeating: unit, count: 5000)) { #expect(command.line.count < 2046) }
    }

    @Test func anArgumentIsCutBetweenTwoCharacters() {
        for padding in 0..<4 {
            let argument = String(repeating: "x", count: padding) + String(repeating: "\u{1F600}", count: 400)
            let line = Command.verbose(argument, level: 1).line
            #expect(String(validating: line, as: UTF8.self) != nil)
        }
    }

    @Test func onlyWaitingAndStreamingEndByAByte() {
        let interruptible = Self.everyCommand("x").filter(\.isInterruptible)
        #expect(
            interruptible == [.waitForDigit, .streamFile("x", escape: .all, offset: .max), .streamSilence("x")])
    }
}
