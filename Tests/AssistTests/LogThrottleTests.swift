import Testing

@testable import Assist

@Suite struct LogThrottleTests {
    @Test func theFirstIsToldAtOnceAndTheRestOnceAMinute() {
        var throttle = LogThrottle()
        #expect(throttle.count(now: .seconds(7)) == 1)
        #expect(throttle.count(2, now: .seconds(8)) == nil)
        #expect(throttle.count(now: .seconds(66)) == nil)
        #expect(throttle.count(now: .seconds(67)) == 4)
        #expect(throttle.count(now: .seconds(68)) == nil)
        #expect(throttle.count(now: .seconds(1000)) == 2)
    }
}
