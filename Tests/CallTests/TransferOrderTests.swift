import AGI
import Testing

@testable import Call

/// What a flow names becomes variables of the dialplan: nothing of it is code there, and nothing of it is changed into
/// something else.
@Suite struct TransferOrderTests {
    @Test(arguments: [
        ("+493012345", "+493012345"), ("+49 (30) 123-45.67/8", "+49301234567" + "8"), ("tel:+4930;ext=5", "+4930"),
        ("TEL:110", "110"), ("*21#", "*21#"),
        ("sip:jane@host.example:5060;transport=tcp", "sip:jane@host.example:5060"),
        ("sips:a-b_c@h?Subject=x", "sips:a-b_c@h"), ("jane@sip.example.com", "jane@sip.example.com"),
        ("  sales \t", "sales"), ("007", "007"),
    ])
    func aPlaceIsKeptAsItIs(target: String, kept: String) throws {
        #expect(try #require(TransferOrder(.dial, to: target)).target == kept)
    }

    @Test(arguments: [
        "", " ", ";", "tel:", "+", "-", "1,2", "1&2", "sip:a@[::1]", "<sip:a@b>", "sip:a%20b@c", "a b", "${SHELL(id)}",
        "x)y",
        "x^y", "x|y", "x\"y", "x'y", "x\\y", "x~y", "Jürgen", "1\n2", "\u{661}", "_X.", "=x", "@x", "+49+30",
        String(repeating: "1", count: 201),
    ])
    func whatIsNoPlaceIsRefusedAndNotChanged(target: String) {
        #expect(TransferOrder(.dial, to: target) == nil)
    }

    @Test func theDialplanReadsItInVariables() throws {
        let order = try #require(
            TransferOrder(
                .dial, to: "+4930", callerID: "+49 40", timeout: .milliseconds(20_500),
                headers: ["X-B": "sip:a@b", "X-A": "1 2"]))
        #expect(
            order.preparation(music: "/dev/shm/a b/7") == [
                .setVariables([Command.Assignment(.transferMusic, "/dev/shm/a b/7")]),
                .setVariables([
                    Command.Assignment(.transferType, "dial"), Command.Assignment(.transferTarget, "+4930"),
                    Command.Assignment(.transferCaller, "+4940"), Command.Assignment(.transferTimeout, "21"),
                    Command.Assignment(.transferHeaders, "X-A=1 2~X-B=sip:a@b"),
                    Command.Assignment(.dialStatus, "NONE"),
                ]),
            ])
        #expect(order.refused == [])
    }

    /// MSet() would leave them as an order before this one has set them.
    @Test func whatTheFlowDoesNotNameIsCleared() throws {
        let order = try #require(TransferOrder(.refer, to: "sales"))
        #expect(
            order.preparation(music: nil) == [
                .clearVariable(.transferCaller), .clearVariable(.transferTimeout), .clearVariable(.transferHeaders),
                .clearVariable(.transferMusic),
                .setVariables([
                    Command.Assignment(.transferType, "refer"), Command.Assignment(.transferTarget, "sales"),
                    Command.Assignment(.transferStatus, "NONE"),
                ]),
            ])
    }

    @Test func whatADialplanWouldReadIsLeftOutAndNamed() throws {
        let order = try #require(
            TransferOrder(
                .dial, to: "1", callerID: "Jane <1>",
                headers: [
                    "X-Good": "yes", "X-Comma": "a,b", "X Name": "1", "X-Empty": "", "X-Tilde": "a~b",
                    "X-UUI": "04;encoding=hex", "X-Line": "a\r\nb",
                ]))
        #expect(order.headers == "X-Good=yes")
        #expect(order.callerID == nil)
        #expect(order.refused == ["X Name", "X-Comma", "X-Empty", "X-Line", "X-Tilde", "X-UUI", "callerId"])
    }

    @Test(arguments: [(Duration.seconds(0), 1), (.seconds(-5), 1), (.seconds(60), 60), (.seconds(1 << 40), 600)])
    func somebodyHasAReasonableTimeToAnswer(given: Duration, seconds: Int) throws {
        #expect(try #require(TransferOrder(.dial, to: "1", timeout: given)).timeout == seconds)
    }

    /// A longer argument would be cut, and with it the last of them.
    @Test func allOfItFitsIntoOneCommand() throws {
        let headers = (0..<100).map { ("X-\($0)", String(repeating: "v", count: $0)) }
        let order = try #require(
            TransferOrder(
                .refer, to: String(repeating: "1", count: TransferOrder.longestTarget),
                callerID: String(repeating: "2", count: TransferOrder.longestCallerID), timeout: .seconds(600),
                headers: Dictionary(uniqueKeysWithValues: headers)))
        #expect(order.headers.utf8.count > TransferOrder.longestHeaders - 100)
        #expect(!order.refused.isEmpty && order.callerID != nil)
        let line = try #require(order.preparation(music: nil).last).line
        #expect(line.count < 920)
        #expect(String(decoding: line, as: UTF8.self).hasSuffix(",TRANSFERSTATUS=NONE\"\n"))
    }

    @Test func theDialplanSaysWhetherSomebodyTookTheCaller() throws {
        let (dial, refer) = try (
            #require(TransferOrder(.dial, to: "1")), #require(TransferOrder(.refer, to: "1"))
        )
        #expect(dial.succeeded("ANSWER") && refer.succeeded("SUCCESS"))
        for status in ["", "NONE", "BUSY", "CHANUNAVAIL", "FAILURE", "UNSUPPORTED"] {
            #expect(!dial.succeeded(status) && !refer.succeeded(status))
        }
    }
}
