import Testbed
import Testing

@testable import AGI
@testable import Simulator

@Suite struct CommandTests {
    private static let hostile =
        "\"\\\n\r\0\t 'x\u{7F}\u{1B}[2J\u{301}\u{E9}\u{20AC}\u{1F600}\u{2028}HANGUP\nEXEC System \"rm\"\\\" ${SHELL(id)}"

    private static func everyCommand(_ argument: String) -> [Command] {
        [
            .answer, .hangup, .noop, .channelStatus, .waitForDigit, .streamFile(argument, escape: .all, offset: .max),
            .sayNumber(.min, escape: .all), .setVariable(.transferTarget, argument),
            .evaluate(marker: argument, argument), .verbose(argument, level: .min), .setDTMFMode(argument),
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
            (.setVariable(.status, "COMPLETED"), "SET VARIABLE COGNIGY_STATUS \"COMPLETED\"\n"),
            (.setVariable(.reason, ""), "SET VARIABLE COGNIGY_REASON \"\"\n"),
            (.setVariable(.sessionID, "a\"b\\c"), "SET VARIABLE COGNIGY_SESSION_ID \"a\\\"b\\\\c\"\n"),
            (.setVariable(.turns, "3"), "SET VARIABLE COGNIGY_TURNS \"3\"\n"),
            (.setVariable(.transferTarget, "é"), "SET VARIABLE COGNIGY_TRANSFER_TARGET \"é\"\n"),
            (
                .evaluate(marker: "m1:", "${CHANNEL(audionativeformat)}"),
                "GET FULL VARIABLE \"m1:${CHANNEL(audionativeformat)}\"\n"
            ),
            (.verbose("one\ntwo", level: 3), "VERBOSE \"one two\" 3\n"),
            (.setContext("a b"), "SET CONTEXT \"a b\"\n"), (.setExtension("s"), "SET EXTENSION \"s\"\n"),
            (.setPriority("1"), "SET PRIORITY \"1\"\n"),
            (.setDTMFMode("rfc4733"), "SET VARIABLE PJSIP_DTMF_MODE() \"rfc4733\"\n"),
        ]
        for (command, line) in lines { #expect(command.line == Array(line.utf8)) }
    }

    @Test func nothingInAnArgumentEndsALineOrBeginsAnother() {
        for command in Self.everyCommand(Self.hostile) {
            let line = command.line
            #expect(line.filter { $0 == 10 }.count == 1)
            #expect(line.last == 10)
            #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
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
            let isControl = { (scalar: Unicode.Scalar) in scalar.value < 0x20 || scalar.value == 0x7F }
            let heard = String(String.UnicodeScalarView(argument.map { isControl($0) ? " " : $0 }))
            let words = FakeAsteriskWords.split(Command.setVariable(.reason, said).line.dropLast())
            #expect(
                words.map { Array($0.utf8) } == ["SET", "VARIABLE", "COGNIGY_REASON", heard].map { Array($0.utf8) })
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
        #expect(interruptible == [.waitForDigit, .streamFile("x", escape: .all, offset: .max)])
    }
}
