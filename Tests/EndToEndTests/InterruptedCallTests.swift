import FakeAsterisk
import Glibc
import JSON
import System
import TestService
import Testbed
import Testing

/// A call of this machine, its prompt, and who interrupts it.
@Suite struct InterruptedCallTests {
    private static let scenario = """
        session reply {"id":"s1"} times 1
        open send {"type":"response","audioUrl":"/audio/long-8k-20000ms.wav"}
        key 9 send {"type":"response","audioUrl":"/audio/next-8k-300ms.wav","end":true}
        """

    private let nineAfterTheFirst: CallPlan = [
        .press("9", when: .whenHeard(1), after: .milliseconds(200))
    ]

    /// A call that has come to its first prompt.
    private func playing(_ pbx: PBX, _ plan: CallPlan = []) throws -> Box {
        let call = Box(try pbx.start(plan))
        try call.run { $0.events.contains { if case .playing = $0.what { true } else { false } } }
        return call
    }

    private func sockets(_ pbx: PBX) throws -> [String] { try FolderListing.names(pbx.sharedPath("control")) }

    @Test(arguments: ["yes", "no"]) func aWebhookStopsThePromptOfItsCall(bargeIn: String) throws {
        let pbx = try PBX(Self.scenario, settings: ["COGNIGY_CALL_BARGE_IN": bargeIn])
        let call = try playing(pbx, nineAfterTheFirst)
        let answer = try pbx.webhook()
        #expect(answer.status == 200)
        try call.run { $0.sounds.count == 1 }
        let prompt = try #require(call.asterisk.record.sounds.first)
        #expect(prompt.end == .command)
        #expect(prompt.ended - prompt.began < .seconds(10))
        // What the service says next is heard.
        try call.run { _ in false }
        let record = call.asterisk.record
        #expect(record.sounds.map(\.end) == [.command, .complete])
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(pbx.told() == ["stop s1", "reset s1"])
        #expect(pbx.log.contains("s1: its prompt stops, told"))
        #expect(pbx.service.violations == [])
        #expect(try sockets(pbx) == [])
    }

    /// The service is away; the caller hears nothing of it.
    @Test func thePromptStopsBeforeTheServiceIsTold() throws {
        let pbx = try PBX(Self.scenario + "\nlogin hang")
        let call = try playing(pbx, nineAfterTheFirst)
        let before = call.asterisk.elapsed
        let webhook = try WebProgram(pbx)
        try call.run { $0.sounds.count == 1 }
        let prompt = try #require(call.asterisk.record.sounds.first)
        #expect(prompt.end == .command)
        // Telling it takes 2.8 s.
        #expect(prompt.ended - before < .seconds(2))
        #expect(try webhook.answer().status == 502)
        try call.run { _ in false }
        #expect(call.asterisk.record.sounds.map(\.end) == [.command, .complete])
    }

    @Test func aWebhookOfAnotherSessionStopsNothing() throws {
        let pbx = try PBX("handoff-session s2\n" + Self.scenario.replacing("20000ms", with: "2000ms"))
        let call = try playing(pbx, nineAfterTheFirst)
        #expect(try pbx.webhook(WebProgram.interruption("s2")).status == 200)
        try call.run { _ in false }
        #expect(call.asterisk.record.sounds.map(\.end) == [.complete, .complete])
        #expect(pbx.log.contains("s2: no call here, told"))
    }

    @Test func aWebhookBetweenPromptsHarmsNothing() throws {
        let pbx = try PBX(Self.scenario.replacing("20000ms", with: "300ms"))
        let call = Box(try pbx.start([.press("9", when: .whenHeard(1), after: .milliseconds(1500))]))
        try call.run { $0.sounds.count == 1 }
        #expect(try pbx.webhook().status == 200)
        try call.run { _ in false }
        #expect(call.asterisk.record.sounds.map(\.end) == [.complete, .complete])
        #expect(call.asterisk.record.lostKeys == "")
    }

    @Test func theSocketOfAKilledCallIsRemovedByALaterOne() throws {
        let pbx = try PBX(Self.scenario.replacing("20000ms", with: "300ms"))
        let call = try playing(pbx)
        let name = try #require(try sockets(pbx).first)
        call.signal(SIGKILL)
        try call.run { _ in false }
        #expect(try sockets(pbx) == [name])
        // Five minutes pass.
        var times = [timespec(tv_sec: 0, tv_nsec: 0), timespec(tv_sec: 0, tv_nsec: 0)]
        try retryingOnInterrupt("utimensat") {
            utimensat(AT_FDCWD, pbx.sharedPath("control/\(name)"), &times, AT_SYMLINK_NOFOLLOW)
        }
        let later = try pbx.call(nineAfterTheFirst)
        #expect(later.variables["COGNIGY_STATUS"] == "COMPLETED")
        #expect(try sockets(pbx) == [])
    }

    @Test func aWebhookForAKilledCallIsToldAllTheSame() throws {
        let pbx = try PBX("handoff-session s1\n" + Self.scenario)
        let call = try playing(pbx)
        call.signal(SIGKILL)
        try call.run { _ in false }
        #expect(try pbx.webhook().status == 200)
        #expect(pbx.log.contains("s1: no call here, told"))
        #expect(try sockets(pbx) == [])
    }

    // MARK: Keys that the service is told of

    @Test func aKeyIsSentBeforeTheInterruptionIsTold() throws {
        let pbx = try PBX(
            Self.scenario.replacing(#","end":true"#, with: ""), settings: ["COGNIGY_BARGE_IN_API": "yes"])
        let call = Box(try pbx.start([.press("9", when: .whenPlaying(1), after: .milliseconds(300))]))
        // The end of the call would be the end of the telling.
        try call.run(watching: pbx.service) { $0.sounds.count == 2 && pbx.service.count(.reset) == 1 }
        call.asterisk.hangUp()
        try call.run { _ in false }
        #expect(call.asterisk.record.sounds.map(\.end) == [.key("9"), .complete])
        let order = pbx.service.entries().map(\.event).filter { [.dtmf, .stop, .reset].contains($0) }
        #expect(order == [.dtmf, .stop, .reset])
        let reset = try #require(pbx.service.entries().first { $0.event == .reset })
        #expect(reset["variables"]?["cx.interrupt_confidence"]?.number == 1)
        #expect(pbx.service.violations == [])
    }

    @Test(arguments: ["stop hang", "login hang", "stop drop", "reset status 500"])
    func aServiceThatDoesNotWantToKnowDelaysNothing(fault: String) throws {
        let pbx = try PBX(
            Self.scenario + "\nkey 5 send {\"type\":\"response\",\"audioUrl\":\"/audio/five-8k-300ms.wav\"}\n\(fault)",
            settings: ["COGNIGY_BARGE_IN_API": "yes"])
        let record = try pbx.call([
            .press("5", when: .whenPlaying(1), after: .milliseconds(300)),
            .press("9", when: .whenHeard(2), after: .milliseconds(100)),
        ])
        #expect(record.sounds.map(\.end) == [.key("5"), .complete, .complete])
        #expect(pbx.service.keys == "59")
        #expect(record.variables["COGNIGY_STATUS"] == "COMPLETED")
        // From the end of one prompt to the beginning of the next; to tell the service takes up to three seconds.
        let gap = record.sounds[1].began - record.sounds[0].ended
        #expect(gap < .seconds(2), "\(gap)")
    }

    @Test func withoutBeingAskedToNobodyTellsOfAKey() throws {
        let pbx = try PBX(Self.scenario)
        _ = try pbx.call([.press("9", when: .whenPlaying(1), after: .milliseconds(300))])
        #expect(pbx.told() == [])
        #expect(pbx.service.count(.login) == 0)
    }
}
