import Testing

@testable import Call

@Suite struct TimersTests {
    @Test func theEarliestDeadlineIsTakenFirst() {
        var timers = Timers()
        timers.set(.reply, .seconds(2))
        timers.set(.ping, .seconds(1))
        #expect(timers.next == .seconds(1))
        let taken = (0..<3).map { _ in timers.takeDue(.seconds(3)) }
        #expect(taken == [.ping, .reply, nil])
        #expect(timers.next == nil)
    }

    @Test func aDeadlineThatLiesAheadStays() {
        var timers = Timers()
        timers.set(.reply, .seconds(2))
        let taken = timers.takeDue(.seconds(1))
        #expect(taken == nil)
        #expect(timers.isSet(.reply))
    }

    @Test func deadlinesOfOneMomentComeInTheSameOrderEveryTime() {
        for _ in 0..<50 {
            var timers = Timers()
            for name in [Timers.Name.pong, .ping, .leave, .setup, .idle] { timers.set(name, .seconds(1)) }
            var taken: [Timers.Name] = []
            while let name = timers.takeDue(.seconds(1)) { taken.append(name) }
            #expect(taken == [.setup, .ping, .pong, .idle, .leave])
        }
    }

    @Test func settingPutsOffAndHasteningDoesNot() {
        var timers = Timers()
        timers.set(.leave, .seconds(1))
        timers.hasten(.leave, .seconds(2))
        #expect(timers.next == .seconds(1))
        timers.hasten(.leave, .milliseconds(500))
        #expect(timers.next == .milliseconds(500))
        timers.set(.leave, .seconds(9))
        #expect(timers.next == .seconds(9))
    }

    @Test func clearedDeadlinesNeverCome() {
        var timers = Timers()
        timers.set(.ping, .seconds(1))
        timers.set(.pong, .seconds(1))
        timers.clear(.ping, .pong)
        let taken = timers.takeDue(.seconds(9))
        #expect(taken == nil)
    }
}
