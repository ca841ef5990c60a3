import AGI
import Cognigy
import Testing

@testable import Call

/// What a message says of itself: what stops it, how many times it is heard, and that it is a pause.
@Suite struct MessageRulesTests {
    private var script: [String: [ServiceNews]] {
        [
            "plain": [.say(Message(text: "plain"))],
            "deaf": [.say(Message(text: "deaf", stopsOnKey: false, stopsOnSpeech: false))],
            "keys": [.say(Message(text: "keys", stopsOnKey: true, stopsOnSpeech: false))],
            "speech": [.say(Message(text: "speech", stopsOnKey: false, stopsOnSpeech: true))],
            "twice": [.say(Message(text: "twice", loops: 2))],
            "deaf twice": [.say(Message(text: "deaf twice", stopsOnKey: false, loops: 2))],
            "music": [.say(Message(text: "music", loops: 0))],
            "bye": [.say(Message(text: "bye", end: true, loops: 0))],
            "pause": [.say(Message(pause: .seconds(1)))],
        ]
    }

    private func bench(bargeIn: Bool = true) -> Bench {
        var rules = CallMachine.Rules()
        rules.handset.bargeIn = bargeIn
        return Bench.scripted(script, rules)
    }

    /// With one message in the caller's ear and another behind it.
    private func bench(playing word: String, bargeIn: Bool = true) -> Bench {
        let bench = bench(bargeIn: bargeIn)
        bench.hears(word)
        bench.settle()
        #expect(bench.outstanding == stream(word))
        bench.hears("plain")
        return bench
    }

    // MARK: Keys and speech

    @Test func aKeyDuringWhatKeysDoNotStopIsSentAndNothingIsDropped() throws {
        let bench = bench(playing: "deaf")
        #expect(bench.press("1", at: 800) == [.send(stream("deaf", offset: 800)), .sendKey(try key("1"))])
        #expect(bench.answers(0, endpos: 8000).commands == [stream("plain")])
    }

    @Test func theNextMessageFollowsItsOwnRule() {
        let bench = bench(playing: "deaf")
        bench.press("1", at: 800)
        bench.answers(0, endpos: 8000)
        #expect(bench.press("2", at: 100).commands == [.waitForDigit])
        #expect(bench.machine.handset.unheard == 0)
        #expect(bench.keys == "12")
    }

    @Test func whatKeysStopTakesAllThatWaitsWithIt() throws {
        let bench = bench(playing: "keys", bargeIn: false)
        bench.hears("deaf")
        #expect(
            bench.press("1", at: 800) == [
                .discard(1), .discard(2), .discard(3), .send(.waitForDigit), .sendKey(try key("1")),
            ])
    }

    @Test func aKeyThatComesWhileADeafMessageIsMadeDropsNothing() {
        let bench = bench()
        bench.says("deaf")
        bench.says("plain")
        bench.press("1")
        #expect(bench.machine.handset.unheard == 2)
        bench.happens(.prepared(1, .file("deaf")))
        bench.settle()
        #expect(bench.outstanding == stream("deaf"))
    }

    @Test func speechStopsWhatItMay() {
        let bench = bench(playing: "speech", bargeIn: false)
        bench.happens(.speechBegan)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        bench.happens(.speechIsSure)
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test(arguments: ["deaf", "keys"]) func speechDoesNotStopTheRest(word: String) {
        let bench = bench(playing: word)
        #expect(bench.happens(.speechBegan) == [])
        #expect(bench.machine.handset.unheard == 2)
    }

    @Test func aWebhookStopsEverything() {
        let bench = bench(playing: "deaf", bargeIn: false)
        bench.happens(.stopPrompt)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
    }

    // MARK: Again and again

    @Test func aMessageIsHeardAsOftenAsItSaysAndItsSoundIsMadeOnce() {
        let bench = bench(playing: "twice")
        #expect(bench.answers(0, endpos: 8000).commands == [stream("twice")])
        #expect(bench.answers(0, endpos: 8000).commands == [stream("plain")])
        #expect(bench.log.count { if case .prepare(1, _) = $0 { true } else { false } } == 1)
        #expect(bench.log.count(.discard(1)) == 1)
    }

    @Test func theSecondRoundBeginsAtTheBeginningWhereverTheFirstWasInterrupted() {
        let bench = bench(playing: "deaf twice")
        bench.press("1", at: 4000)
        #expect(bench.outstanding == stream("deaf twice", offset: 4000))
        #expect(bench.answers(0, endpos: 8000).commands == [stream("deaf twice")])
    }

    @Test func aKeyStopsItInEveryRound() {
        let bench = bench(playing: "twice")
        bench.answers(0, endpos: 8000)
        #expect(bench.press("1", at: 100).commands == [.waitForDigit])
        #expect(bench.machine.handset.unheard == 0)
    }

    @Test func whatHasNoEndOfItsOwnIsHeardUntilAKeyStopsIt() {
        let bench = bench()
        bench.hears("music")
        bench.settle()
        for _ in 0..<20 {
            #expect(bench.outstanding == stream("music"))
            #expect(bench.machine.handset.isSpeaking)
            bench.answers(0, endpos: 80_000)
        }
        bench.press("1", at: 100)
        #expect(bench.outstanding == .waitForDigit)
        #expect(!bench.machine.handset.isSpeaking)
    }

    @Test func whatHasNoEndOfItsOwnGivesWayToWhatComesBehindIt() {
        let bench = bench()
        bench.hears("music")
        bench.settle()
        bench.answers(0, endpos: 80_000)
        bench.hears("plain")
        #expect(bench.answers(0, endpos: 80_000).commands == [stream("plain")])
    }

    /// Otherwise the call would never end.
    @Test func theLastMessageIsHeardOnceAtLeastAndNotForEver() {
        let bench = bench()
        bench.hears("bye")
        bench.settle()
        bench.answers(0, endpos: 8000)
        #expect(bench.machine.ending == Ending(.completed, "end"))
    }

    @Test func aSoundWithoutLengthIsNotPlayedAtOnceForEver() {
        let bench = bench()
        bench.hears("music")
        bench.settle()
        for _ in 0..<2000 {
            if case .streamFile = bench.outstanding { bench.answers(0, endpos: 0) }
            bench.pass(.milliseconds(5))
            bench.settle()
            if bench.now > .seconds(10) { break }
        }
        #expect((2...41).contains(bench.commands.count { $0 == stream("music") }))
    }

    @Test func aKeyThatMeetsTheEndOfARoundStopsTheNextOne() {
        let bench = bench()
        bench.hears("music")
        // The key ended what came before the music.
        bench.press("1")
        bench.answers(0, endpos: 80_000)
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        #expect(bench.machine.handset.unheard == 0)
        #expect(bench.commands.count { $0 == stream("music") } == 1)
    }

    @Test func aRoundThatAsteriskCannotPlayIsTheLast() {
        let bench = bench(playing: "twice")
        bench.answers(-1, endpos: 0)
        bench.answers(6)
        #expect(bench.outstanding == stream("plain"))
    }

    // MARK: Pauses

    @Test func aPauseIsPlayedInItsTurn() {
        let bench = bench(playing: "pause")
        #expect(bench.machine.handset.unheard == 2)
        #expect(bench.answers(0, endpos: 8000).commands == [stream("plain")])
    }

    @Test func aPauseIsNothingThatIsHeard() {
        let bench = bench()
        bench.hears("pause")
        for case .prepare(let id, _) in bench.says("plain") {
            bench.happens(.prepared(id, nil, Loss(kind: .voice, why: "no voice")))
        }
        bench.settle()
        bench.answers(0, endpos: 8000)
        bench.pass(.seconds(2))
        #expect(bench.machine.ending?.status == .unavailable)
    }
}
