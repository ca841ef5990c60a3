import Testbed
import Testing

@testable import FakeAsterisk

/// What takes the caller away from the program for a while: GOSUB, and keys that are sent to his telephone.
@Suite struct SubroutineTests {
    private static let dial = CallPlan.Subroutine(
        .seconds(5), variables: ["DIALSTATUS": "BUSY"], variablesOnHangup: ["DIALSTATUS": "CANCEL"])

    private func bench() -> ServerBench { ServerBench(subroutines: ["out,s": Self.dial]) }

    @Test func itIsAnsweredWhenItBeginsAndWhenItReturns() {
        var bench = bench()
        #expect(bench.send("GOSUB out s 1 \"a,b\"\n", at: 0) == ["100 result=0 Trying..."])
        #expect(bench.send(at: 4999) == [])
        #expect(bench.send(at: 5000) == ["200 result=0 Gosub complete"])
        #expect(
            bench.send("GET FULL VARIABLE \"${ARG1} ${ARG2} ${DIALSTATUS}\"\n", at: 5001) == ["200 result=1 (a b BUSY)"]
        )
        #expect(bench.server.record.status == .success)
    }

    @Test(arguments: ["GOSUB in s 1", "GOSUB out x 1", "GOSUB out s 0", "GOSUB out s label"])
    func whereThereIsNoneTheRunFails(line: String) {
        var bench = bench()
        #expect(bench.send(line + "\n", at: 0) == ["200 result=-1 Gosub label not found"])
        #expect(bench.server.record.status == .failure)
    }

    @Test(arguments: ["GOSUB out s", "GOSUB out s 1 a b"]) func wrongUsageIsRefused(line: String) {
        var bench = bench()
        #expect(bench.send(line + "\n", at: 0).first?.hasPrefix("520-") == true)
    }

    @Test func bytesDoNotInterruptItAndKeysAreTheDialplans() {
        var bench = bench()
        _ = bench.send("GOSUB out s 1\n", at: 0)
        #expect(bench.send("NOOP\n", at: 100) == [])
        #expect(bench.press("1", at: 200) == [])
        #expect(bench.send(at: 5000) == ["200 result=0 Gosub complete", "200 result=0"])
        #expect(bench.server.record.keys.map(\.fate) == [.lost(.notTaken(by: "GOSUB"))])
    }

    @Test func aHangupEndsItBeforeTheSignalComes() {
        var bench = bench()
        _ = bench.send("GOSUB out s 1\n", at: 0)
        #expect(bench.hangUp(at: 1000) == ["200 result=0 Gosub complete (abnormal exit)"])
        #expect(bench.signals == 1)
        #expect(bench.server.record.variables["DIALSTATUS"] == "CANCEL")
        #expect(bench.server.record.status == .hangup)
        #expect(bench.send("GOSUB out s 1\n", at: 1001).first?.hasPrefix("511 ") == true)
    }

    @Test(arguments: [("12,250,500", 1600), ("1w#,100,200", 1200), ("W,250,100", 1100), ("1", 450), ("x", 100)])
    func keysForTheTelephoneTakeTheirTime(data: String, length: Int) {
        var bench = bench()
        #expect(bench.send("EXEC SendDTMF \"\(data)\"\n", at: 0) == [])
        #expect(bench.press("1", at: 50) == [])
        #expect(bench.send(at: length - 1) == [])
        #expect(bench.send(at: length) == ["200 result=0"])
    }

    @Test func withoutKeysThereIsNothingToSend() {
        var bench = bench()
        #expect(bench.send("EXEC SendDTMF \",250,100\"\n", at: 0) == ["200 result=0"])
    }

    @Test(arguments: [
        ("PJSIP", "${PJSIP_HEADER(read,x-cid)}", "42"), ("PJSIP", "${SIP_HEADER(X-CID)}", ""),
        ("SIP", "${SIP_HEADER(X-CID)}", "42"), ("SIP", "${PJSIP_HEADER(read,X-CID)}", ""),
        ("Local", "${PJSIP_HEADER(read,X-CID)}", ""), ("PJSIP", "${PJSIP_HEADER(read,X-Other)}", ""),
        ("PJSIP", "${PJSIP_HEADER(add,X-CID)}", ""),
    ])
    func headersAreReadAsTheChannelCan(type: String, expression: String, value: String) {
        var channel = FakeChannel()
        channel.type = type
        channel.headers = ["X-CID": "42"]
        #expect(channel.substituting("a\(expression)b") == "a\(value)b")
    }
}
