import AGI
import Cognigy
import Testing

@testable import Call

/// A service that says every key back, and ends the call at `#`.
private struct EchoService: Service {
    var turns: Int? = 0

    mutating func begin(_ context: inout Context) -> [ServiceNews] { [.ready] }

    mutating func take(_ input: Input, _ context: inout Context) -> [ServiceNews] {
        guard case .key(let key) = input else { return [] }
        turns = (turns ?? 0) + 1
        return key.key == "#" ? [.ended(reason: "end")] : [.say(Message(text: String(key.key)))]
    }

    mutating func leave(_ ending: Ending, _ context: inout Context) {}
}

/// The seam between the caller and whoever answers him: a new service is one type, and the caller's side does not know.
@Suite struct EchoServiceTests {
    @Test func aCallerTalksToAServiceThatTheCallHasNeverHeardOf() throws {
        let bench = Bench(CallMachine.Rules(), service: EchoService())
        bench.start()
        bench.connect()
        bench.settle()
        #expect(bench.outstanding == .waitForDigit)
        let said = bench.press("5").compactMap { effect -> (Playlist.ID, PromptOrder)? in
            if case .prepare(let id, let order) = effect { (id, order) } else { nil }
        }
        let (id, order) = try #require(said.first)
        #expect(order.message.text == "5")
        bench.happens(.prepared(id, .file("five")))
        bench.settle()
        #expect(bench.outstanding == stream("five"))
        bench.answers(0, endpos: 4000)
        bench.press("#")
        bench.settle()
        #expect(bench.variables[.status] == "COMPLETED")
        #expect(bench.variables[.turns] == "2")
        #expect(bench.isFinished)
    }

    @Test func aHangupEndsItAsItEndsEveryCall() {
        let bench = Bench(CallMachine.Rules(), service: EchoService())
        bench.start()
        bench.connect()
        bench.settle()
        bench.happens(.hangup)
        bench.settle()
        #expect(bench.variables[.status] == "HANGUP")
        #expect(bench.isFinished)
    }
}
