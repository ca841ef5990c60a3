import AGI
import Cognigy
import Testing

@testable import Call

/// Who stops what he hears: the service is told, and the metrics count it.
@Suite struct InterruptionTests {
    private func bench(bargeIn: Bool = true) -> (Bench, ScriptedService) {
        var rules = CallMachine.Rules()
        rules.handset.bargeIn = bargeIn
        let bench = Bench.scripted(["a": [.say(Message(text: "a"))], "b": [.say(Message(text: "b"))]], rules)
        guard let service = bench.machine.service as? ScriptedService else { preconditionFailure() }
        return (bench, service)
    }

    @Test func aKeyThatStopsAPromptIsOne() {
        let (bench, service) = bench()
        bench.hears("a")
        bench.settle()
        #expect(bench.outstanding == stream("a"))
        bench.press("1", at: 800)
        bench.settle()
        #expect(service.interruptions == 1)
        #expect((bench.machine.interruptions, bench.machine.keys) == (1, 1))
    }

    /// Nothing was stopped, but what waits to be heard is dropped, and the service has to know.
    @Test func aKeyOnASilentLineDropsWhatWouldCome() {
        let (bench, service) = bench()
        bench.press("1")
        bench.settle()
        #expect(service.interruptions == 1)
        #expect((bench.machine.interruptions, bench.machine.keys) == (0, 1))
    }

    @Test func withoutBargeInAKeyStopsNothing() {
        let (bench, service) = bench(bargeIn: false)
        bench.hears("a")
        bench.settle()
        bench.press("1", at: 800)
        bench.settle()
        #expect(service.interruptions == 0)
        #expect((bench.machine.interruptions, bench.machine.keys) == (0, 1))
        #expect(bench.outstanding == stream("a", offset: 800))
    }

    @Test(arguments: [true, false]) func speechIsOneWhereItStopsAPrompt(isHeard: Bool) {
        let (bench, service) = bench()
        if isHeard { bench.hears("a") }
        bench.happens(.speechBegan)
        bench.settle()
        bench.happens(.speechIsSure)
        bench.settle()
        #expect(service.interruptions == (isHeard ? 1 : 0))
        #expect(bench.machine.interruptions == (isHeard ? 1 : 0))
    }
}
