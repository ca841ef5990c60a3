import Testing
import WebSocket

@testable import Call

@Suite struct EffectTests {
    @Test(arguments: [
        (Ending.Status.completed, CloseCode.normal), (.handoff, .normal), (.hangup, .goingAway),
        (.unavailable, .goingAway), (.error, .goingAway),
    ])
    func theServiceLearnsWhetherTheConversationWasFulfilled(status: Ending.Status, code: CloseCode) {
        #expect(Ending(status, "x").closeCode == code)
    }
}
