import Glibc
import System
import Testbed
import Testing

@testable import State

@Suite struct SyslogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var path: String { folder.path("log") }

    private func log() -> Log { Log(target: .syslog, level: .debug, clock: { 1_750_000_000.9 }, syslog: path) }

    private func line(_ daemon: borrowing UnixDatagram) throws -> String? {
        try daemon.receive(limit: 10_000).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func aLineIsWhatSyslogItselfWouldWrite() throws {
        let daemon = try UnixDatagram(bindingTo: path)
        let log = log()
        log.callID = "1750000000.7"
        log.write(.error, "100% %s\n")
        var time = time_t(1_750_000_000)
        var text = [CChar](repeating: 0, count: 32)
        var parts = tm()
        localtime_r(&time, &parts)
        strftime(&text, text.count, "%b %e %T", &parts)
        let date = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #expect(try line(daemon) == "<27>\(date) cognigy-bridge[\(getpid())]: 1750000000.7 100% %s\\u{a}")
        log.write(.debug, "b")
        #expect(try line(daemon)?.hasPrefix("<31>") == true)
    }

    /// With a blocking socket, as syslog(3) has it, this test never ends.
    @Test func aDaemonThatDoesNotReadHoldsNobodyUpAndTheLossIsSaid() throws {
        let daemon = try UnixDatagram(bindingTo: path)
        let log = log()
        for number in 0..<2000 { log.write(.notice, "line \(number).") }
        var last = -1
        while let line = try line(daemon) {
            last += 1
            #expect(line.hasSuffix(" - line \(last)."))
        }
        // net.unix.max_dgram_qlen.
        try #require((1..<1999).contains(last))
        log.write(.notice, "again")
        #expect(try line(daemon)?.hasSuffix(" - again (\(1999 - last) lines before it were lost)") == true)
        log.write(.notice, "and again")
        #expect(try line(daemon)?.hasSuffix(" - and again") == true)
    }

    @Test func aDaemonThatWasStartedAnewIsFound() throws {
        var daemon: UnixDatagram? = try UnixDatagram(bindingTo: path)
        let log = log()
        log.write(.notice, "a")
        daemon = nil
        log.write(.notice, "b")
        unlink(path)
        log.write(.notice, "c")
        let next = try UnixDatagram(bindingTo: path)
        log.write(.notice, "d")
        #expect(try line(next)?.hasSuffix(" - d (2 lines before it were lost)") == true)
        _ = daemon
    }

    @Test func withoutADaemonNothingHappens() {
        log().write(.error, "lost")
    }
}
