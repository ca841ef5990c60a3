import Testing

@testable import AGI

@Suite struct ExchangeTests {
    private static let stream = Command.streamFile("prompt", escape: .all)
    private static let silence = Command.streamSilence("silence")

    /// What `lines` finish after `commands` were sent.
    private func finished(_ commands: [Command], _ lines: String...) -> [[Exchange.Finished]] {
        var exchange = Exchange()
        for command in commands {
            #expect(exchange.allows(command))
            exchange.sent(command)
        }
        var parser = ReplyParser()
        return lines.compactMap { parser.receive(line: $0) }.map { exchange.receive($0) }
    }

    private func ended(_ command: Command, _ outcome: Exchange.Outcome) -> Exchange.Finished {
        Exchange.Finished(command: command, outcome: outcome)
    }

    private let noopDone = Exchange.Finished(command: .noop, outcome: .value(0, text: nil))

    @Test func anInterruptedWaitAnswersBeforeTheNextCommand() {
        #expect(
            finished([.waitForDigit, .channelStatus], "200 result=1", "200 result=6") == [
                [ended(.waitForDigit, .interrupted)], [ended(.channelStatus, .value(6, text: nil))],
            ])
    }

    @Test func aDigitMayCrossTheInterruptOfAWait() {
        #expect(
            finished([.waitForDigit, Self.stream], "200 result=53", "200 result=0 endpos=160") == [
                [ended(.waitForDigit, .digit("5", position: 0))], [ended(Self.stream, .finished(position: 160))],
            ])
    }

    @Test func aHangupMayCrossTheInterruptOfAWait() {
        #expect(
            finished([.waitForDigit, Self.stream], "200 result=-1", "511 Command Not Permitted") == [
                [ended(.waitForDigit, .failed(position: 0))], [ended(Self.stream, .deadChannel)],
            ])
    }

    @Test func anAbortedStreamGivesOneReply() {
        #expect(finished([Self.stream, .noop], "200 result=0") == [[ended(Self.stream, .interrupted), noopDone]])
    }

    @Test func anEndThatCrossesTheNoopGivesTwoReplies() {
        #expect(
            finished([Self.stream, .noop], "200 result=0 endpos=8000", "200 result=0") == [
                [ended(Self.stream, .finished(position: 8000))], [noopDone],
            ])
    }

    @Test func aDigitMayCrossTheNoop() {
        #expect(
            finished([Self.stream, .noop], "200 result=35 endpos=320", "200 result=0") == [
                [ended(Self.stream, .digit("#", position: 320))], [noopDone],
            ])
    }

    @Test func aHangupMayCrossTheNoop() {
        #expect(
            finished([Self.stream, .noop], "200 result=-1 endpos=320", "200 result=0") == [
                [ended(Self.stream, .failed(position: 320))], [noopDone],
            ])
    }

    @Test func aDeadChannelRefusesTheStreamAndTakesTheNoop() {
        #expect(
            finished([Self.stream, .noop], "511 Command Not Permitted", "200 result=0") == [
                [ended(Self.stream, .deadChannel)], [noopDone],
            ])
    }

    @Test func aMisspeltStreamIsRefusedBeforeTheNoop() {
        #expect(
            finished([Self.stream, .noop], "520-Invalid command syntax.", "Usage:", "520 End.", "200 result=0") == [
                [ended(Self.stream, .refused)], [noopDone],
            ])
        #expect(
            finished([Self.stream, .noop], "510 Invalid or unknown command", "200 result=0") == [
                [ended(Self.stream, .refused)], [noopDone],
            ])
    }

    // MARK: Silence

    @Test func aPromptInPlaceOfSilenceIsKnownByItsPosition() {
        #expect(
            finished([Self.silence, Self.stream], "200 result=0 endpos=160") == [
                [ended(Self.silence, .interrupted), ended(Self.stream, .finished(position: 160))]
            ])
    }

    @Test func aDigitMayCrossThePromptThatFollowsSilence() {
        #expect(
            finished([Self.silence, Self.stream], "200 result=53 endpos=100000160", "200 result=0 endpos=160") == [
                [ended(Self.silence, .digit("5", position: 100_000_160))],
                [ended(Self.stream, .finished(position: 160))],
            ])
    }

    @Test func silenceMayFollowAPromptWithoutAPause() {
        #expect(
            finished([Self.stream, Self.silence], "200 result=53 endpos=100000160") == [
                [ended(Self.stream, .interrupted), ended(Self.silence, .digit("5", position: 100_000_160))]
            ])
        #expect(
            finished([Self.stream, Self.silence], "200 result=53 endpos=320", "200 result=0 endpos=100000160") == [
                [ended(Self.stream, .digit("5", position: 320))],
                [ended(Self.silence, .finished(position: 100_000_160))],
            ])
    }

    @Test func whatAsteriskHasReadHasEndedTheStreamBeforeIt() {
        var exchange = Exchange()
        exchange.sent(Self.silence)
        #expect(exchange.wasRead(1) == [])
        exchange.sent(Self.stream)
        #expect(exchange.awaitsReading)
        // Read before the second was written.
        #expect(exchange.wasRead(1) == [])
        #expect(exchange.wasRead(2) == [ended(Self.silence, .interrupted)])
        #expect(!exchange.isInterrupting && exchange.current == Self.stream)
        #expect(exchange.allows(Self.silence))
    }

    @Test func aWaitAlwaysAnswersWhateverWasRead() {
        var exchange = Exchange()
        exchange.sent(.waitForDigit)
        exchange.sent(Self.stream)
        #expect(!exchange.awaitsReading)
        #expect(exchange.wasRead(2) == [])
    }

    /// A file that somebody has cut short ends before silence begins.
    @Test func aPositionThatFitsNothingIsThatOfTheOnlyStream() {
        #expect(
            finished([Self.silence, .noop], "200 result=0 endpos=160", "200 result=0") == [
                [ended(Self.silence, .finished(position: 160))], [noopDone],
            ])
    }

    @Test func aMissingFileIsAFailure() {
        #expect(finished([Self.stream], "200 result=-1 endpos=0") == [[ended(Self.stream, .failed(position: 0))]])
    }

    @Test func repliesBeforeTheMarkerAreForged() {
        let command = Command.evaluate(marker: "k7:", "${X}")
        let forged = [
            "200 result=0", "200 result=1 (k6:x)", "200 result=53", "511 Command Not Permitted", "510 Invalid",
            "HANGUP", "520-forged", "200 result=-1 endpos=0",
        ]
        var exchange = Exchange()
        exchange.sent(command)
        var parser = ReplyParser()
        for line in forged {
            if let reply = parser.receive(line: line) { #expect(exchange.receive(reply) == []) }
        }
        #expect(exchange.current == command)
        #expect(finished([command], "200 result=1 (k7:alaw)") == [[ended(command, .value(1, text: "alaw"))]])
    }

    @Test func aMarkerIsKnownWhateverTheAnswerBeginsWith() {
        let command = Command.evaluate(marker: "k7e", "${X}")
        #expect(
            finished([command], "200 result=1 (k7e\u{301}x)") == [[ended(command, .value(1, text: "\u{301}x"))]])
        #expect(finished([command], "200 result=1 (k7e)") == [[ended(command, .value(1, text: ""))]])
    }

    @Test func oneCommandRunsAndOneInterruptsIt() {
        var exchange = Exchange()
        #expect(exchange.allows(Self.stream))
        exchange.sent(Self.stream)
        #expect(exchange.current == Self.stream)
        #expect(!exchange.allows(.streamFile("another", escape: .all)))
        #expect(exchange.allows(.waitForDigit))
        #expect(exchange.allows(.noop))
        exchange.sent(.noop)
        #expect(exchange.isInterrupting)
        #expect(!exchange.allows(.noop))
        _ = exchange.receive(.success(value: "0", text: nil, endpos: nil))
        #expect(!exchange.isInterrupting)
        #expect(exchange.current == nil)
        exchange.sent(.waitForDigit)
        #expect(exchange.allows(Self.stream))
        exchange.sent(Self.stream)
        #expect(!exchange.allows(.noop))
    }

    @Test func aSubroutineAnswersTwiceAndIsOverOnce() {
        let gosub = Command.gosub(context: "out", extension: "s")
        #expect(
            finished([Self.silence, gosub], "100 result=0 Trying...", "200 result=0 Gosub complete (abnormal exit)")
                == [
                    [ended(Self.silence, .interrupted), ended(gosub, .value(0, text: "abnormal exit"))]
                ])
        #expect(finished([gosub], "200 result=-1 Gosub label not found") == [[ended(gosub, .value(-1, text: nil))]])
        #expect(
            finished([gosub], "503 result=-2 Memory allocation failure") == [[ended(gosub, .value(-2, text: nil))]])
    }

    @Test(arguments: [
        Command.answer, .channelStatus, .sayNumber(1, escape: .all), .noop, .verbose("x", level: 1),
        .gosub(context: "out", extension: "s"), .sendDigits("1", each: .seconds(1)),
    ])
    func whatCannotBeInterruptedIsWaitedFor(command: Command) {
        var exchange = Exchange()
        exchange.sent(command)
        #expect(!exchange.allows(.noop))
        #expect(!exchange.allows(.waitForDigit))
    }

    @Test func anAbandonedCommandIsForgotten() {
        var exchange = Exchange()
        exchange.sent(.evaluate(marker: "k", "${X}"))
        exchange.abandon()
        #expect(exchange.current == nil)
        #expect(exchange.allows(.waitForDigit))
        #expect(exchange.receive(.deadChannel) == [])
    }

    @Test(arguments: ["", "junk", "256", "99999999999999999999"])
    func aResultThatIsNoKeyIsAnEnd(value: String) {
        #expect(finished([.waitForDigit], "200 result=\(value)") == [[ended(.waitForDigit, .finished(position: 0))]])
    }
}
