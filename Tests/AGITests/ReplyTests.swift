import AGI
import Testing

@Suite struct ReplyTests {
    private func replies(_ text: String) -> [Reply] {
        var parser = ReplyParser()
        var lines = Lines()
        return lines.receive(text.utf8).compactMap { parser.receive(line: $0) }
    }

    private static func success(_ value: String, _ text: String? = nil, endpos: Int? = nil) -> Reply {
        .success(value: value, text: text, endpos: endpos)
    }

    @Test func aResultIsReadInEveryForm() {
        let forms: [(String, Reply)] = [
            ("200 result=0", Self.success("0")),
            ("200 result=-1", Self.success("-1")),
            ("200 result=53", Self.success("53")),
            ("200 result=", Self.success("")),
            ("200 result= (timeout)", Self.success("", "timeout")),
            ("200 result=123 (timeout)", Self.success("123", "timeout")),
            ("200 result=#*", Self.success("#*")),
            // A mark that combines with a blank does not make it a part of the value.
            ("200 result=1 \u{612} (x)", Self.success("1", "x")),
            ("200 result=1 ()", Self.success("1", "")),
            ("200 result=1 (a value)", Self.success("1", "a value")),
            ("200 result=1 (a (b) c)", Self.success("1", "a (b) c")),
            ("200 result=1 (a) (b)", Self.success("1", "a) (b")),
            ("200 result=1 (endpos=7)", Self.success("1", "endpos=7")),
            ("200 result=1 (\u{301}x)", Self.success("1", "\u{301}x")),
            ("200 result=1 (x)\u{301}", Self.success("1", "x")),
            ("200 result=0 endpos=8000", Self.success("0", endpos: 8000)),
            ("200 result=-1 endpos=0", Self.success("-1", endpos: 0)),
            ("200 result=0 endpos=x", Self.success("0")),
            ("200 result=0 endpos=99999999999999999999", Self.success("0")),
            ("200 result=1 (speech) endpos=160 results=0", Self.success("1", "speech", endpos: 160)),
        ]
        for (line, reply) in forms { #expect(replies(line + "\n") == [reply], "\(line)") }
    }

    /// Values are printed raw; the rest of such a one comes as lines that are no replies.
    @Test func aValueWithALineFeedIsReadToTheEndOfItsFirstLine() {
        #expect(
            replies("200 result=1 (one endpos=5\ntwo)\n200 result=0\n") == [
                Self.success("1", "one endpos=5"), Self.success("0"),
            ])
    }

    @Test func theErrorRepliesAreKnown() {
        #expect(replies("510 Invalid or unknown command\n") == [.invalidCommand])
        #expect(replies("511 Command Not Permitted on a dead channel or intercept routine\n") == [.deadChannel])
        #expect(replies("520 Invalid command syntax.  Proper usage not available.\n") == [.wrongUsage])
        #expect(replies("HANGUP\n") == [.hangup])
    }

    @Test func aUsageBlockIsOneReply() {
        let block = """
            520-Invalid command syntax.  Proper usage follows:
            Usage: SAY NUMBER <number> <escape digits>

            	Returns: 0, or -1. Example return code: 200 result=1 (testvariable)
            HANGUP is not meant here.
            520 End of proper usage.
            200 result=0

            """
        #expect(replies(block) == [.wrongUsage, Self.success("0")])
    }

    /// A caller's name can leave the first line of a block behind; the replies after it must still be heard.
    @Test(arguments: [
        "200 result=1 (marker)", "511 Command Not Permitted on a dead channel or intercept routine",
        "510 Invalid or unknown command",
    ])
    func aForgedStartOfABlockDoesNotSwallowReplies(line: String) {
        #expect(replies("520-forged\nagi_context: default\n\n\(line)\n") == replies(line + "\n"))
        #expect(replies("520-forged\n520-again\n\(line)\n200 result=0\n") == replies("\(line)\n200 result=0\n"))
    }

    @Test(arguments: [
        "", " ", "agi_network: no", "200", "200 ok", " 200 result=0", "200 Result=0", "201 result=0", "5105551234",
        "5110", "520", "HANGUP ", "hangup", "\u{FFFD}", "result=0", "100 Trying...",
    ])
    func whatIsNoReplyIsDropped(line: String) {
        #expect(replies("\(line)\n200 result=0\n") == [Self.success("0")])
    }
}
