import Glibc
import System
import Testbed
import Testing
import Text

@testable import State

@Suite struct LogTests {
    let temporary: TemporaryFolder

    init() throws { temporary = try TemporaryFolder() }

    private func log(_ level: LogLevel = .debug) -> Log {
        Log(target: .file(temporary.path("log")), level: level, clock: { 1_750_000_000.125 })
    }

    @Test func aLineSaysWhenHowUrgentWhoAndWhat() throws {
        let log = log()
        log.write(.notice, "starts")
        log.callID = "1750000000.7"
        log.write(.error, "fails")
        #expect(
            try temporary.text("log")
                == "2025-06-15T15:06:40.125Z notice[\(getpid())] - starts\n"
                + "2025-06-15T15:06:40.125Z error[\(getpid())] 1750000000.7 fails\n")
        var status = stat()
        #expect(lstat(temporary.path("log"), &status) == 0 && status.st_mode & 0o137 == 0)
    }

    @Test func whatMattersLessThanTheLevelIsNotEvenComposed() throws {
        let log = log(.notice)
        func never() -> String {
            Issue.record("composed")
            return ""
        }
        log.write(.info, never())
        Log(target: .off, level: .debug).write(.error, never())
        log.write(.notice, "a")
        log.write(.error, "b")
        #expect(try temporary.text("log").split(separator: "\n").count == 2)
    }

    @Test func noMessageCanForgeALine() throws {
        let log = log()
        log.callID = "1\n2"
        log.write(.info, "a\r\nb\u{1B}[2J\u{0}\u{7F}\u{9B}\u{2028}c")
        let text = try temporary.text("log")
        #expect(text.hasSuffix(" 1\\u{a}2 a\\u{d}\\u{a}b\\u{1b}[2J\\u{0}\\u{7f}\\u{9b}\\u{2028}c\n"))
        #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } == 1)
    }

    @Test func knownSecretsDoNotShow() throws {
        let log = log()
        log.hide("hunter2")
        log.hide("hunter2-long")
        log.hide("")
        log.hide("abc")
        log.callID = "hunter2"
        log.write(.info, "Bearer hunter2-long, hunter2hunter2 abc")
        #expect(
            try temporary.text("log").hasSuffix(" <secret> Bearer <secret>, <secret><secret> abc\n"))
    }

    @Test func longMessagesAreCutBetweenCharacters() {
        let line = LogLine.clean(String(repeating: "é", count: 5000), hiding: [])
        #expect(line == String(repeating: "é", count: 2048) + "...")
        #expect(LogLine.clean(String(repeating: "x", count: 4096), hiding: []).utf8.count == 4096)
    }

    @Test func aSecretAcrossTheCutDoesNotShow() {
        let line = LogLine.clean(String(repeating: "x", count: 4090) + "hunter2-long", hiding: ["hunter2-long"])
        #expect(!line.contains("hunter"))
    }

    @Test func aLogThatCannotBeWrittenIsNoError() {
        Log(target: .file(temporary.path("none/log")), level: .debug).write(.error, "lost")
        Log(target: .syslog, level: .debug).write(.debug, "cognigy-bridge tests 100% %s %n")
    }

    @Test func aFileThatTakesNoLinesIsSaid() throws {
        let folder = try TemporaryFolder()
        #expect(Log(target: .file(folder.path("log")), level: .debug).problem == nil)
        #expect(try AtomicFile.read(folder.path("log"), limit: 100, forbidden: 0).bytes.isEmpty)
        let problem = Log(target: .file(folder.path("missing/log")), level: .debug).problem
        #expect(
            problem == "[paths] log: \(folder.path("missing/log")) takes no lines (open: No such file or directory)")
        #expect(Log(target: .off, level: .debug).problem == nil)
    }

    @Test func whoeverAsksWhetherItTakesLinesFindsOne() throws {
        #expect(log(.error).refusal(of: "a line") == nil)
        #expect(try temporary.text("log") == "2025-06-15T15:06:40.125Z notice[\(getpid())] - a line\n")
        let full = Log(target: .file("/dev/full"), level: .debug)
        #expect(full.refusal(of: "x") == "/dev/full takes no lines (write: No space left on device)")
        #expect(Log(target: .off, level: .debug).refusal(of: "x") == nil)
        let daemon = temporary.path("nobody")
        #expect(
            Log(target: .syslog, level: .error, syslog: daemon).refusal(of: "x")
                == "nobody takes what is written to \(daemon)")
    }

    @Test func aCallHasSoManyLinesAndThenOneThatSaysSo() throws {
        let folder = try TemporaryFolder()
        let log = Log(target: .file(folder.path("log")), level: .debug)
        log.linesLeft = 3
        for number in 1...100_000 { log.write(number % 2 == 0 ? .debug : .error, "line \(number)") }
        let lines = String(
            decoding: try AtomicFile.read(folder.path("log"), limit: 1 << 20, forbidden: 0).bytes, as: UTF8.self
        ).split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines[2].hasSuffix("line 3") && lines[3].hasSuffix("the rest is left out"))
    }
}
