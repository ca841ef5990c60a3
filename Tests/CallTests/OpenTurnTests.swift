import AGI
import Audio
import Cognigy
import HTTP
import Testing

@testable import Call

@Suite struct OpenTurnTests {
    /// What is told of turns, and when in milliseconds, as `TIME EVENT FIRST-SOUND`.
    private func told(_ moments: [(Int, Event, [Effect])]) -> [String] {
        var open = OpenTurn()
        return moments.flatMap { time, event, effects in
            open.note(event, effects, at: .milliseconds(time)).map { turn in
                "\(time) \(turn.eventType) \(turn.firstSound.map { "\(Int($0 / .milliseconds(1)))" } ?? "-")"
            }
        }
    }

    private func turn(_ type: String = "keys", since: Int?, answer: Int? = nil) -> Effect {
        var turn = TurnMetrics(type, since: since.map { .milliseconds($0) })
        turn.answer = answer
        return .turn(turn)
    }

    private func prepare(_ id: Int) -> Effect {
        .prepare(id, PromptOrder(Message(text: "x"), token: nil, format: .sln))
    }

    private func play(_ path: String) -> Effect { .send(.streamFile(path, escape: .all)) }

    @Test func aTurnIsToldWhenItsAnswerIsHeard() {
        #expect(
            told([
                (1000, .tick, [turn(since: 400), prepare(1)]), (1200, .prepared(1, .file("/f/1")), [play("/f/1")]),
                (1900, .tick, [.discard(1), prepare(2)]), (2000, .prepared(2, .file("/f/2")), [play("/f/2")]),
            ]) == ["1200 keys 800"])
    }

    @Test func whatWasSaidBeforeTheAnswerIsNotIt() {
        #expect(
            told([
                (0, .tick, [prepare(1)]), (10, .prepared(1, .growing("/f/1")), [play("/f/1")]),
                (20, .prepared(1, .file("/f/1")), []), (500, .tick, [turn(since: 450), prepare(2)]),
                (520, .prepared(2, .file("/f/2")), []), (600, .tick, [play("/f/1")]), (900, .tick, [play("/f/2")]),
            ]) == ["900 keys 450"])
    }

    @Test func anAnswerWhoseFirstMessageIsLostBeginsWithTheNext() {
        #expect(
            told([
                (0, .tick, [turn(since: 0), prepare(1), prepare(2)]), (10, .prepared(1, nil), [.discard(1)]),
                (20, .prepared(2, .file("/f/2")), [play("/f/2")]),
            ]) == ["20 keys 20"])
    }

    /// A dialog tells of a turn when its first sentence is made.
    @Test func anAnswerThatIsMadeAlreadyIsKnownByItsNumber() {
        #expect(
            told([
                (0, .tick, [prepare(4), prepare(5)]), (5, .prepared(5, .file("/f/5")), []),
                (10, .prepared(4, .file("/f/4")), [turn(since: 0, answer: 4), play("/f/4")]),
            ]) == ["10 keys 10"])
    }

    @Test func aNumberIsASound() {
        #expect(
            told([
                (0, .tick, [turn(since: 0), prepare(1)]),
                (30, .prepared(1, .number(5)), [.send(.sayNumber(5, escape: .all))]),
            ]) == ["30 keys 30"])
    }

    @Test func whatCallersWaitWithIsNoAnswer() {
        #expect(
            told([
                (0, .tick, [turn(since: 0), prepare(1), play("please-wait"), .send(.streamSilence("quiet"))]),
                (40, .prepared(1, .file("/f/1")), [play("/f/1")]),
            ]) == ["40 keys 40"])
    }

    @Test func theNextTurnAndTheEndOfTheCallEndIt() {
        #expect(
            told([
                (0, .tick, [turn("one", since: 0)]), (10, .tick, [turn("two", since: nil)]),
                (20, .tick, [turn("three", since: 15)]), (99, .hangup, [.finish]),
            ]) == ["10 one -", "10 two -", "99 three -"])
    }

    // MARK: Where its times come from

    @Test func ofAKeyTheAnswerIsAwaitedSinceThen() {
        let bench = Bench.talking()
        bench.pass(.seconds(1))
        let pressed = bench.now
        bench.press("1")
        bench.pass(.milliseconds(300))
        #expect(bench.says("a", end: false).turns.map(\.since) == [pressed])
    }

    /// A pause is told when it has lasted for 300 ms.
    @Test func ofSpeechTheAnswerIsAwaitedSinceItsLastWord() {
        let bench = Bench.spoken()
        bench.happens(.speechBegan)
        bench.pass(.seconds(1))
        let lastWord = bench.now - .milliseconds(300)
        bench.happens(.speechPauses([Int16](repeating: 1, count: 9600)))
        bench.pass(.milliseconds(200))
        bench.happens(.speech([Int16](repeating: 1, count: 12_800)))
        bench.pass(.milliseconds(100))
        bench.responds(.recognition, 200, #"{"text":"hello"}"#)
        bench.happens(.slot(isTaken: true))
        bench.pass(.milliseconds(50))
        let ids = bench.responds(.dialog, 200, #"{"outputs":[{"text":"One. Two."}]}"#).compactMap {
            if case .prepare(let id, _) = $0 { id } else { Int?.none }
        }
        let turn = bench.happens(.prepared(ids[0], .file("/f/1"))).turns.first
        #expect(turn?.endOfTurn == .milliseconds(500))
        #expect(turn?.recognition == .milliseconds(300))
        #expect(turn?.dialog == .milliseconds(50))
        #expect(turn?.since == lastWord)
        #expect(turn?.answer == ids[0])
    }

    /// Who is cut off at his longest utterance, or ends it by a key, has not paused.
    @Test func whoDidNotPauseHasNoEndOfTurn() {
        let bench = Bench.spoken()
        bench.happens(.speechBegan)
        bench.pass(.seconds(1))
        bench.happens(.speech([Int16](repeating: 1, count: 12_800)))
        bench.pass(.milliseconds(100))
        let nothing = bench.responds(.recognition, 200, #"{"text":""}"#).turns
        #expect(nothing.map(\.endOfTurn) == [nil])
        // Nothing is answered, so the line does not wait for a sound.
        #expect(nothing.map(\.since) == [nil])
    }
}
