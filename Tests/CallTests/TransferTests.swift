import AGI
import Cognigy
import Testing

@testable import Call

/// The caller is put into the hands of the dialplan and comes back, and keys are sent to his telephone; all in the order in
/// which the service says it.
@Suite struct TransferTests {
    static var transfer: [ServiceNews] { TransferOrder(.dial, to: "+4930").map { [.transfer($0)] } ?? [] }
    private static var withMusic: [ServiceNews] {
        TransferOrder(.dial, to: "+4930").map { [.transfer($0, music: Message(audioURL: "https://m.test/a.wav"))] }
            ?? []
    }
    private static let gosub = Command.gosub(context: "cognigy-transfer", extension: "s")
    private static let question = Command.evaluate(marker: Bench.marker + "=", "${DIALSTATUS}")
    private static let digits = Command.sendDigits("12", each: .milliseconds(250))

    private func bench(_ rules: CallMachine.Rules = CallMachine.Rules()) -> Bench {
        Bench.scripted(
            [
                "hello": [.say(Message(text: "hello"))], "back": [.say(Message(text: "back"))],
                "bye": [.say(Message(text: "bye", end: true))], "go": Self.transfer,
                "lost": [.unavailable(Ending(.unavailable, "lost"))],
                "lost again": [.unavailable(Ending(.unavailable, "again"))],
                "refer": TransferOrder(.refer, to: "sales").map { [.transfer($0)] } ?? [],
                "music": Self.withMusic,
                "keys": [.sendDigits("12", each: .milliseconds(250))], "no keys": [.sendDigits("x", each: .zero)],
            ], rules)
    }

    /// A call that Asterisk carries out a transfer for.
    private func away() -> Bench {
        let bench = bench()
        bench.says("go")
        bench.settle()
        #expect(bench.outstanding == Self.gosub)
        return bench
    }

    private func service(_ bench: Bench) throws -> ScriptedService {
        try #require(bench.machine.service as? ScriptedService)
    }

    // MARK: Transfers

    @Test func theVariablesAreSetThenTheSubroutineRunsThenItsStatusIsRead() throws {
        let bench = away()
        let before = bench.commands.count
        #expect(
            bench.commands.suffix(6).dropLast() == [
                .clearVariable(.transferCaller), .clearVariable(.transferTimeout), .clearVariable(.transferHeaders),
                .clearVariable(.transferMusic),
                .setVariables([
                    Command.Assignment(.transferType, "dial"), Command.Assignment(.transferTarget, "+4930"),
                    Command.Assignment(.dialStatus, "NONE"),
                ]),
            ])
        #expect(bench.machine.handset.isTransferring && bench.machine.handset.isSpeaking)
        bench.answers(0)
        bench.status = "BUSY"
        bench.settle()
        #expect(Array(bench.commands.dropFirst(before)) == [.channelStatus, Self.question, .waitForDigit])
        #expect(try service(bench).transfers == ["dial +4930 BUSY"])
        #expect(!bench.machine.handset.isTransferring && !bench.machine.handset.isSpeaking)
    }

    // MARK: Music

    @Test func aTransferWaitsForItsMusicWhichTheDialplanMayPlay() {
        let bench = bench()
        #expect(
            bench.says("music") == [
                .prepare(1, PromptOrder(Message(audioURL: "https://m.test/a.wav"), token: nil, format: .sln))
            ])
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        bench.happens(.prepared(1, .file("/calls/1/a")))
        bench.settle()
        #expect(bench.outstanding == Self.gosub)
        #expect(bench.commands.contains(.setVariables([Command.Assignment(.transferMusic, "/calls/1/a")])))
        #expect(!bench.log.contains(.discard(1)))
        bench.answers(0)
        bench.settle()
        #expect(bench.log.contains(.discard(1)))
    }

    @Test func musicMayBePlayedWhileItArrives() {
        let bench = bench()
        bench.says("music")
        bench.settle()
        bench.happens(.prepared(1, .growing("/calls/1/a")))
        bench.settle()
        #expect(bench.outstanding == Self.gosub)
        #expect(bench.variables[.transferMusic] == "/calls/1/a")
        #expect(!bench.happens(.prepared(1, .file("/calls/1/a"))).contains(.discard(1)))
    }

    @Test func aTransferDoesNotWaitForMusicThatIsLost() throws {
        let bench = bench()
        bench.says("music")
        bench.settle()
        bench.happens(.prepared(1, nil, Loss(kind: .audio, why: "HTTP 404")))
        bench.settle()
        #expect(bench.outstanding == Self.gosub && bench.commands.contains(.clearVariable(.transferMusic)))
        bench.answers(0)
        bench.settle()
        #expect(try service(bench).transfers == ["dial +4930 ANSWER"])
    }

    @Test func aTransferWaitsForItsMusicForSomeSecondsOnly() {
        let bench = bench()
        bench.says("music")
        bench.settle()
        bench.pass(.milliseconds(4900))
        #expect(bench.outstanding == .waitForDigit)
        let effects = bench.pass(.milliseconds(200))
        #expect(effects.contains(.discard(1)))
        bench.settle()
        #expect(bench.outstanding == Self.gosub)
        // It may have been on its way.
        bench.happens(.prepared(1, .file("/calls/1/a")))
        bench.answers(0)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit && bench.machine.ending == nil)
    }

    @Test func musicOfACallThatEndsIsNotNeeded() {
        let bench = bench()
        bench.says("music")
        bench.settle()
        #expect(bench.happens(.hangup).contains(.discard(1)))
    }

    @Test func aReferralHasAStatusOfItsOwn() throws {
        let bench = bench()
        bench.says("refer")
        bench.settle()
        bench.answers(0)
        bench.status = "SUCCESS"
        bench.settle()
        #expect(bench.commands.contains(.evaluate(marker: Bench.marker + "=", "${TRANSFERSTATUS}")))
        #expect(try service(bench).transfers == ["refer sales SUCCESS"])
    }

    @Test func whatIsSaidBeforeIsHeardBeforeAndWhatIsSaidBehindIsHeardBehind() {
        let bench = bench()
        bench.hears("hello")
        bench.says("go")
        bench.hears("back")
        bench.settle()
        #expect(bench.outstanding == stream("hello"))
        #expect(bench.answers(0, endpos: 8000).commands == [.clearVariable(.transferCaller)])
        bench.settle()
        #expect(bench.outstanding == Self.gosub)
        bench.answers(0)
        bench.settle()
        #expect(bench.outstanding == stream("back"))
    }

    @Test func nothingPlaysMeanwhile() {
        let bench = Bench.$silence.withValue(Handset.Silence(narrow: "silence", wide: "silence16")) { away() }
        bench.hears("back")
        bench.happens(.stopPrompt)
        bench.happens(.speechBegan)
        bench.pass(.seconds(600))
        #expect(bench.outstanding == Self.gosub)
        bench.answers(0)
        bench.settle()
        #expect(bench.outstanding == .streamSilence("silence"))
    }

    @Test func aTransferIsNoIdleLine() {
        let bench = bench(CallMachine.Rules.with(idle: .seconds(30)))
        bench.says("go")
        bench.settle()
        bench.pass(.seconds(3600))
        #expect(bench.machine.ending == nil)
        bench.answers(0)
        bench.settle()
        bench.pass(.seconds(31))
        #expect(bench.machine.ending?.reason == "idle_timeout")
    }

    @Test func keysBeforeAndAfterAreTheServices() throws {
        let bench = bench()
        bench.press("1")
        bench.says("go")
        bench.settle()
        bench.answers(0)
        bench.settle()
        bench.press("2")
        #expect(bench.keys == "12")
        #expect(try service(bench).transfers.count == 1)
    }

    /// The flow has been told nothing else: it waits for what has become of its transfer.
    @Test func aKeyThatStopsThePromptBeforeItDoesNotDropIt() throws {
        let bench = bench()
        bench.hears("hello")
        bench.says("go")
        bench.hears("back")
        bench.settle()
        bench.press("1", at: 100)
        bench.settle()
        #expect(bench.keys == "1")
        #expect(bench.outstanding == Self.gosub)
        #expect(bench.machine.handset.unheard == 1)
        bench.answers(0)
        bench.settle()
        #expect(try service(bench).transfers.count == 1)
    }

    @Test(arguments: [Event.speechBegan, .stopPrompt])
    func nothingThatStopsThePromptDropsWhatIsToBeDone(event: Event) throws {
        let bench = bench()
        bench.hears("hello")
        bench.says("keys")
        bench.hears("back")
        bench.says("go")
        bench.settle()
        bench.happens(event)
        if event == .speechBegan {
            bench.settle()
            bench.happens(.speechIsSure)
        }
        if bench.outstanding == .waitForDigit { bench.answers(1) } else { bench.reads() }
        #expect(bench.outstanding == Self.digits)
        bench.answers(1)
        bench.settle()
        #expect(bench.outstanding == Self.gosub)
        bench.answers(0)
        bench.settle()
        #expect(try service(bench).transfers.count == 1)
        #expect(!bench.commands.contains(stream("back")))
    }

    @Test func theEndOfTheCallDropsIt() throws {
        let bench = bench()
        bench.hears("hello")
        bench.says("go")
        bench.happens(.terminate)
        bench.settle()
        #expect(bench.isFinished)
        #expect(!bench.commands.contains(Self.gosub))
    }

    /// The dialplan has been told already.
    @Test func aKeyThatCrossesItsBeginningDoesNot() throws {
        let bench = bench()
        bench.says("go")
        bench.press("1")
        #expect(bench.keys == "1")
        bench.settle()
        #expect(bench.outstanding == Self.gosub)
        bench.answers(0)
        bench.settle()
        #expect(try service(bench).transfers.count == 1)
    }

    @Test(arguments: [Reply.success(value: "-1", text: nil, endpos: nil), .invalidCommand, .wrongUsage])
    func aDialplanWithoutThatSubroutineIsNamedInTheLogAndTheCallGoesOn(reply: Reply) throws {
        let bench = away()
        let effects = bench.happens(.reply(reply))
        #expect(effects.notes.contains { $0.contains("no extension s in context cognigy-transfer") })
        #expect(effects.commands == [.waitForDigit])
        #expect(try service(bench).transfers == ["dial +4930 "])
    }

    @Test func severalFollowEachOther() throws {
        let bench = bench()
        bench.says("go")
        bench.says("refer")
        for status in ["BUSY", "FAILURE"] {
            bench.settle()
            #expect(bench.outstanding == Self.gosub)
            bench.status = status
            bench.answers(0)
        }
        bench.settle()
        #expect(try service(bench).transfers == ["dial +4930 BUSY", "refer sales FAILURE"])
    }

    /// Asterisk tells of it when the subroutine is over.
    @Test func aHangupMeanwhileIsAHangupWhateverTheDialplanHasLeft() throws {
        let bench = away()
        bench.answers(0, "abnormal exit")
        #expect(bench.outstanding == .channelStatus)
        bench.happens(.reply(.deadChannel))
        #expect(bench.machine.ending == .hangup)
        bench.settle()
        #expect(bench.isFinished)
        #expect(try service(bench).transfers.isEmpty)
        #expect(!bench.commands.contains(Self.question))
    }

    @Test func anEndMeanwhileWaitsForTheDialplan() {
        let bench = away()
        bench.happens(.terminate)
        #expect(bench.outstanding == Self.gosub)
        bench.answers(0)
        bench.settle()
        #expect(bench.isFinished)
        #expect(bench.variables[.reason] == "terminated")
    }

    @Test func aServiceThatIsLostMeanwhileEndsTheCallWhenTheCallerIsBack() throws {
        let bench = away()
        let effects = bench.says("lost")
        bench.says("lost again")
        #expect(effects.notes == ["the call ends when the transfer does: lost"])
        bench.pass(.seconds(600))
        #expect(bench.machine.ending == nil && !bench.isFinished)
        bench.answers(0)
        bench.settle()
        #expect(bench.isFinished)
        #expect(bench.variables[.reason] == "lost")
        #expect(try service(bench).transfers.isEmpty)
    }

    @Test func nothingIsDoneBehindTheEnd() {
        let bench = bench()
        bench.hears("bye")
        bench.says("go")
        bench.says("keys")
        bench.settle()
        #expect(bench.machine.handset.unheard == 1)
    }

    @Test func tooMuchIsTooMuch() {
        let bench = bench()
        for _ in 0..<1000 { bench.says("go") }
        #expect(bench.machine.handset.unheard == Playlist.mostItems)
        #expect(bench.log.notes.count { $0.contains("dropped") } == 1)
    }

    // MARK: Keys for the caller's telephone

    @Test func keysAreSentInTheirTurn() {
        let bench = bench()
        bench.hears("hello")
        bench.says("keys")
        bench.hears("back")
        bench.settle()
        #expect(bench.answers(0, endpos: 8000).commands == [Self.digits])
        #expect(bench.answers(0).commands == [stream("back")])
    }

    @Test func whatIsNoKeyIsNotSent() {
        let bench = bench()
        #expect(bench.says("no keys") == [])
    }

    @Test func anAsteriskThatCannotSendKeysIsNamedInTheLog() {
        let bench = bench()
        bench.says("keys")
        bench.answers(1)
        let effects = bench.answers(-2)
        #expect(effects.notes == ["this Asterisk has no SendDTMF(); load app_senddtmf"])
        #expect(effects.commands == [.waitForDigit])
    }

    // MARK: Headers

    @Test func headersAreReadWithTheFirstCommand() {
        var rules = CallMachine.Rules()
        rules.handset.asksFor = "X"
        rules.handset.headers = ["X-CID", "bad name", "From"]
        rules.handset.headerFunction = .pjsip
        let bench = Bench(rules)
        bench.start()
        #expect(
            bench.commands == [
                .evaluate(
                    marker: Bench.marker,
                    "${CHANNEL(audionativeformat)} ${X}marker:${PJSIP_HEADER(read,X-CID)}marker:${PJSIP_HEADER(read,From)}"
                )
            ])
        bench.formats = "(g722) x" + Bench.marker + "42" + Bench.marker + "<sip:jane@host>"
        bench.settle()
        #expect(bench.machine.handset.channel.headers == ["X-CID": "42", "From": "<sip:jane@host>"])
        #expect(bench.machine.handset.channel.variable == "x")
        #expect(bench.machine.handset.channel.promptFormat == .sln16)
    }

    @Test(arguments: [["X-CID", "X-Ref"], []])
    func aChannelWithoutHeadersIsAskedForNoneAndTheLogSaysSoOnce(names: [String]) {
        var rules = CallMachine.Rules()
        rules.handset.headers = names
        let bench = Bench(rules)
        bench.start()
        #expect(bench.commands == [.evaluate(marker: Bench.marker, "${CHANNEL(audionativeformat)}")])
        bench.settle()
        let note = "the flow is told no headers (X-CID, X-Ref): this channel is neither PJSIP nor SIP"
        #expect(bench.log.notes.filter { $0.contains("headers") } == (names.isEmpty ? [] : [note]))
    }

    @Test func soManyAreAskedForAsFitIntoTheCommand() throws {
        var rules = CallMachine.Rules()
        rules.handset.asksFor = "COGNIGY_SESSION_ID"
        rules.handset.headers = (10..<40).map { "X-" + String(repeating: "x", count: 36) + "\($0)" }
        rules.handset.headerFunction = .pjsip
        let marker = String(repeating: "m", count: 13) + " "
        var machine = CallMachine(rules, service: ScriptedService([:]), marker: marker, seed: 1)
        let command = try #require(machine.handle(.start, now: .zero, wallClock: 0).commands.first)
        let line = String(decoding: command.line, as: UTF8.self)
        #expect(line.hasSuffix(")}\"\n"))
        #expect(line.split(separator: "PJSIP_HEADER").count == Handset.mostHeaders + 1)
    }
}
