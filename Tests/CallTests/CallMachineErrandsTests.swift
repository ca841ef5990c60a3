import Errands
import AGI
import Cognigy
import HTTP
import Testing

@testable import Call

/// What a call does beside its conversation: the way to an agent, and interruptions that the service is told of.
@Suite struct CallMachineErrandsTests {
    private static let session = #"{"sessionId":"s1","status":"active","channel":"voice","variables":{}}"#

    private func talking(_ change: (inout CallMachine.Rules) -> Void = { _ in }) -> Bench {
        var rules = CallMachine.Rules()
        rules.errands = Bench.credentials
        change(&rules)
        return .talking(rules)
    }

    private func asksForPeople(_ bench: Bench, _ target: String? = "sales") {
        let target = target.map { #","transferTarget":"\#($0)""# } ?? ""
        bench.says(#"{"type":"response","handoffTrigger":true\#(target)}"#)
    }

    /// The errand's request is answered.
    private func answers(_ bench: Bench, _ kind: Errand.Kind, _ status: Int, _ body: String = "{}") throws {
        for case .errand(kind, .findToken) in bench.log.suffix(5) {
            bench.happens(.errand(kind, .token(.found("other", ahead: false))))
            break
        }
        let fetch = bench.log.compactMap { effect -> Int? in
            if case .errand(kind, .fetch(let number, _)) = effect { number } else { nil }
        }.last
        let response = Response(status: status, body: Array(body.utf8))
        bench.happens(.errand(kind, .response(try #require(fetch), .success(response))))
    }

    private func requests(_ bench: Bench) -> [String] {
        bench.log.compactMap { if case .errand(_, .fetch(_, let request)) = $0 { request.location.path } else { nil } }
    }

    private func handsOff(_ bench: Bench) throws {
        try answers(bench, .handoff, 200, Self.session)
        try answers(bench, .handoff, 200, #"{"status":"transferring"}"#)
        try answers(bench, .handoff, 200, #"{"flowExecutionId":"e","status":"completed"}"#)
    }

    @Test func theSessionGoesToTheAgentBeforeTheDialplanKnows() throws {
        let bench = talking()
        asksForPeople(bench)
        #expect(bench.machine.ending == nil)
        try handsOff(bench)
        bench.settle()
        #expect(bench.variables[.status] == "HANDOFF")
        #expect(bench.variables[.transferTarget] == "sales")
        #expect(requests(bench) == ["/api/v1/session/s1", "/api/v1/session/s1", "/api/v1/flow"])
        bench.drops()
        #expect(bench.isFinished)
    }

    @Test func whereTheFlowNamesNoQueueTheConfigurationDoes() throws {
        let bench = talking { $0.handoff.queue = "reception" }
        asksForPeople(bench, nil)
        try handsOff(bench)
        bench.settle()
        #expect(bench.variables[.transferTarget] == "reception")
    }

    @Test func withoutAnyQueueTheDialplanDecides() {
        let bench = talking()
        asksForPeople(bench, nil)
        bench.settle()
        #expect(bench.variables[.status] == "HANDOFF")
        #expect(requests(bench) == [])
    }

    @Test func whatFailsIsToldAndWhoWaitedIsNotLost() throws {
        let bench = talking()
        asksForPeople(bench)
        try answers(bench, .handoff, 404)
        bench.settle()
        #expect(bench.variables[.status] == "UNAVAILABLE")
        #expect(bench.variables[.reason] == "HANDOFF_FAILED")
        #expect(bench.variables[.transferTarget] == "sales")
    }

    /// The flow that runs may say goodbye, drop the socket, or ask for people once more.
    @Test func whatTheFlowSaysMeanwhileEndsNothing() throws {
        for event in ["end", "close", "again", "gone"] {
            let bench = talking()
            asksForPeople(bench)
            try answers(bench, .handoff, 200, Self.session)
            switch event {
            case "end": bench.says("", end: true)
            case "close": bench.drops(.normal)
            case "again": asksForPeople(bench, "other")
            default: bench.drops()
            }
            bench.settle()
            #expect(bench.machine.ending == nil, "\(event)")
            try answers(bench, .handoff, 200, #"{"status":"transferring"}"#)
            try answers(bench, .handoff, 200, #"{"flowExecutionId":"e","status":"completed"}"#)
            bench.settle()
            #expect(bench.variables[.transferTarget] == "sales", "\(event)")
            #expect(requests(bench).count == 3, "\(event)")
        }
    }

    @Test func whoWaitsForAnAgentHearsTheWaitPrompt() {
        let bench = talking { $0.handset.waitPrompt = "wait" }
        bench.pass(.seconds(1))
        asksForPeople(bench)
        bench.settle()
        #expect(bench.outstanding == stream("wait"))
    }

    /// idle_timeout is for callers whom nobody keeps waiting.
    @Test func whoWaitsForAnAgentIsNotIdle() {
        let bench = talking {
            $0.idleTimeout = .seconds(5)
            $0.handoff.lockWait = .seconds(30)
        }
        asksForPeople(bench)
        bench.pass(.seconds(20))
        #expect(bench.machine.ending == nil)
    }

    @Test func whoHangsUpMeanwhileLeavesAWord() throws {
        let bench = talking()
        asksForPeople(bench)
        try answers(bench, .handoff, 200, Self.session)
        try answers(bench, .handoff, 200, #"{"status":"transferring"}"#)
        bench.happens(.hangup)
        #expect(bench.machine.ending == .hangup)
        #expect(bench.log.notes.contains { $0.hasPrefix("half done") })
        bench.pass(.seconds(1))
        #expect(bench.isFinished)
    }

    @Test func theCallGoesOnWhereItIsToAfterAHandoffAlone() throws {
        let way: [Command] = [.setContext("agents"), .setPriority("1")]
        let bench = talking { $0.farewell.destination = way }
        asksForPeople(bench)
        try handsOff(bench)
        bench.settle()
        #expect(Array(bench.commands.suffix(2)) == way)
        let failed = talking { $0.farewell.destination = way }
        asksForPeople(failed)
        try answers(failed, .handoff, 404)
        failed.settle()
        #expect(!failed.commands.contains(way[0]))
    }

    // MARK: Interruptions

    private func playing(_ change: (inout CallMachine.Rules) -> Void = { _ in }) -> Bench {
        let bench = talking(change)
        bench.speaks("prompt")
        bench.settle()
        return bench
    }

    @Test func aKeyInAPromptIsSentAndThenTold() throws {
        let bench = playing { $0.tellsInterruptions = true }
        let effects = bench.press("5", at: 800)
        let key = try #require(effects.firstIndex(of: .sendKey(try key("5"))))
        let told = try #require(effects.firstIndex(of: .errand(.bargeIn, .findToken(rejected: nil))))
        #expect(key < told)
        try answers(bench, .bargeIn, 200)
        try answers(bench, .bargeIn, 200)
        #expect(requests(bench) == ["/api/v1/sessions/s1/voice/commands", "/api/v1/sessions/s1/variables"])
        #expect(bench.machine.ending == nil)
    }

    @Test func aKeyInSilenceInterruptsNothing() {
        let bench = talking { $0.tellsInterruptions = true }
        bench.press("5")
        #expect(!bench.log.contains(.errand(.bargeIn, .findToken(rejected: nil))))
    }

    @Test func withoutTheApiNobodyIsTold() {
        let bench = playing()
        bench.press("5", at: 800)
        #expect(!bench.log.contains(.errand(.bargeIn, .findToken(rejected: nil))))
    }

    @Test func aServiceThatCannotBeToldIsNotWaitedFor() {
        let bench = playing { $0.tellsInterruptions = true }
        bench.press("5", at: 800)
        bench.pass(.seconds(10))
        #expect(bench.log.notes.contains { $0.hasPrefix("the service was not told of an interruption") })
        #expect(bench.machine.ending == nil)
    }

    @Test(arguments: [true, false]) func aWebhookStopsThePromptWhateverKeysDo(_ bargeIn: Bool) {
        let bench = playing { $0.handset.bargeIn = bargeIn }
        bench.happens(.stopPrompt)
        #expect(bench.isStoppingStream)
        bench.answers(0, endpos: 800)
        #expect(bench.outstanding == .waitForDigit)
        bench.speaks("next")
        bench.settle()
        #expect(bench.outstanding == stream("next"))
    }

    /// The cache may answer after the call has lost interest: other calls need not wait until this one is gone.
    @Test(arguments: Errand.Kind.allCases)
    func theRightToFetchATokenDoesNotStayWithACallThatLeaves(_ kind: Errand.Kind) {
        let bench = playing { $0.tellsInterruptions = true }
        if kind == .handoff { asksForPeople(bench) } else { bench.press("5", at: 800) }
        bench.answers(0)
        bench.happens(.hangup)
        bench.happens(.errand(kind, .token(.mayFetch)))
        #expect(bench.log.contains(.errand(kind, .releaseToken)))
    }

    /// The key stops the prompt, and a silent message that ends the call waits behind it.
    @Test func nothingIsToldToAServiceAfterTheCallHasEnded() {
        let bench = talking { $0.tellsInterruptions = true }
        bench.speaks("long")
        bench.settle()
        bench.says(#"{"type":"response","end":true}"#)
        bench.press("5", at: 100)
        bench.settle()
        #expect(bench.machine.ending?.status == .completed)
        let errands = bench.log.compactMap { effect -> Errand.Wish? in
            if case .errand(.bargeIn, let wish) = effect { wish } else { nil }
        }
        // Begun before the end, and stopped by it.
        #expect(errands == [] || errands == [.findToken(rejected: nil)])
        #expect(bench.happens(.errand(.bargeIn, .token(.mayFetch))).contains(.errand(.bargeIn, .releaseToken)))
    }
}
