import AGI
import Cognigy
import Testing

@testable import Call

/// A service that says more than anybody can hear.
@Suite struct FloodTests {
    private func prepared(_ effects: [Effect]) -> Int {
        effects.count { if case .prepare = $0 { true } else { false } }
    }

    @Test func whatIsSaidBeyondMeasureIsDroppedAndOneLineSaysSo() throws {
        let bench = Bench.talking()
        for number in 0..<10_000 { bench.says("\(number)", end: false) }
        #expect(prepared(bench.log) == Playlist.mostItems)
        #expect(bench.log.notes.count { $0.contains("dropped") } == 1)
        // A key makes room, and is sent at once.
        bench.press("5")
        #expect(bench.keys == "5")
        #expect(prepared(bench.says("heard", end: false)) == 1)
    }

    @Test func fewLongTextsAreTooMuchAsWell() {
        let bench = Bench.talking()
        let text = String(repeating: "a", count: 500_000)
        for _ in 0..<10 { bench.says(text, end: false) }
        #expect(prepared(bench.log) == 3)
    }

    @Test func messagesWithoutWordsTakeNoRoom() {
        let bench = Bench.talking()
        bench.says("slow", end: false)
        for _ in 0..<10_000 { bench.says(#"{"type":"response"}"#) }
        #expect(bench.machine.handset.unheard == 1)
    }

    @Test func theEndOfTheCallIsNeverDropped() {
        let bench = Bench.talking()
        for number in 0..<1000 { bench.says("\(number)", end: false) }
        #expect(prepared(bench.says("bye", end: true)) == 1)
    }

    @Test func aFloodOfNonsenseFillsNoLog() {
        let bench = Bench.talking()
        for _ in 0..<10_000 { bench.says("nonsense") }
        #expect((1...10).contains(bench.log.notes.count { $0.contains("no JSON") }))
        #expect(bench.machine.ending == nil)
    }
}
