import Testing

@testable import FakeAsterisk

@Suite struct ScriptedCallerTests {
    private func key(_ digit: Character, _ began: Int, _ ended: Int) -> ScriptedCaller.Deed {
        .key(.init(digit: digit, began: .milliseconds(began), ended: .milliseconds(ended)))
    }

    private let waiting = ScriptedCaller.View(isIdle: false, isWaiting: true)
    private let busy = ScriptedCaller.View(isIdle: false, isWaiting: false)

    @Test func keysEndOneAfterTheOtherAtTheirSpacing() {
        var caller = ScriptedCaller([.press("12", after: .milliseconds(300), every: .milliseconds(200))])
        #expect(caller.next(busy, at: .zero) == nil)
        #expect(caller.deadline == .milliseconds(400))
        #expect(caller.next(busy, at: .milliseconds(400)) == key("1", 300, 400))
        #expect(caller.deadline == .milliseconds(600))
        #expect(caller.next(busy, at: .milliseconds(650)) == key("2", 500, 600))
        #expect(caller.deadline == nil)
    }

    @Test func aStepWaitsForItsTriggerAndForTheStepBefore() {
        var caller = ScriptedCaller([.press("1", when: .whenWaiting), .hangUp(when: .whenIdle, after: .seconds(1))])
        #expect(caller.next(busy, at: .zero) == nil)
        #expect(caller.deadline == nil)
        #expect(caller.next(waiting, at: .seconds(2)) == nil)
        #expect(caller.next(.init(), at: .milliseconds(2050)) == nil)
        #expect(caller.next(.init(), at: .milliseconds(2100)) == key("1", 2000, 2100))
        #expect(caller.next(busy, at: .milliseconds(2200)) == nil)
        #expect(caller.next(.init(), at: .milliseconds(2300)) == nil)
        #expect(caller.deadline == .milliseconds(3300))
        #expect(caller.next(busy, at: .milliseconds(3300)) == .hangUp)
    }

    @Test func aCommandTriggersOnlyAfterTheStepBefore() {
        var view = ScriptedCaller.View()
        view.events = [.init(at: .zero, what: .command("NOOP"))]
        var caller = ScriptedCaller([.press("1", holding: .zero), .hangUp(when: .whenRunning("noop"))])
        #expect(caller.next(view, at: .zero) == key("1", 0, 0))
        #expect(caller.next(view, at: .zero) == nil)
        view.events.append(.init(at: .zero, what: .command("NOOP again")))
        #expect(caller.next(view, at: .zero) == .hangUp)
    }

    @Test func soundsAreCountedByTheirBeginningAndTheirEnd() {
        var view = busy
        var caller = ScriptedCaller([.press("1", when: .whenPlaying(1), holding: .zero), .hangUp(when: .whenHeard(1))])
        #expect(caller.next(view, at: .zero) == nil)
        view.events = [.init(at: .zero, what: .playing(name: "a", length: .seconds(1)))]
        #expect(caller.next(view, at: .zero) == key("1", 0, 0))
        #expect(caller.next(view, at: .zero) == nil)
        view.events.append(
            .init(
                at: .zero,
                what: .heard(
                    .init(
                        name: "a", path: nil, bytes: [], rate: 8000, from: 0, to: 0, began: .zero, ended: .zero,
                        end: .complete))))
        #expect(caller.next(view, at: .zero) == .hangUp)
    }

    @Test func aHandPressesOneKeyAfterTheOther() {
        var caller = ScriptedCaller([])
        caller.press("1", holding: .milliseconds(100), at: .zero)
        caller.press("2", holding: .milliseconds(100), at: .milliseconds(20))
        #expect(caller.next(busy, at: .milliseconds(100)) == key("1", 0, 100))
        #expect(caller.next(busy, at: .milliseconds(100)) == nil)
        #expect(caller.next(busy, at: .milliseconds(200)) == key("2", 100, 200))
    }
}
