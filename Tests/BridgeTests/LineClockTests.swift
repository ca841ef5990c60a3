import Testing

@testable import Bridge

/// Positions count samples of 16 kHz; a frame is 320 of them.
@Suite struct LineClockTests {
    private var clock = LineClock()
    private var end = 0

    /// A frame that comes now.
    private mutating func frame(_ milliseconds: Int, frames: Int = 1) -> [Int] {
        let (leftOut, ahead) = clock.heard(320 * frames, after: end, at: .milliseconds(milliseconds))
        end += leftOut + 320 * frames
        return [leftOut, ahead]
    }

    @Test mutating func aMomentBetweenFramesIsAPositionBetweenThem() {
        #expect(clock.position(at: .zero) == nil)
        for index in 1...10 { #expect(frame(20 * index) == [0, 0]) }
        #expect(clock.position(at: .milliseconds(200)) == 3200)
        #expect(clock.position(at: .milliseconds(207)) == 3312)
        #expect(clock.position(at: .milliseconds(190)) == 3040)
    }

    @Test mutating func framesThatComeLateMoveNothing() {
        for index in 1...50 { #expect(frame(20 * index + index * 7 % 15) == [0, 0]) }
        // All at once after a stall.
        #expect(frame(1300, frames: 15) == [0, 0])
        #expect(frame(1320) == [0, 0])
    }

    @Test mutating func afterASilenceThatWasLeftOutTheClockIsRight() {
        for index in 1...10 { _ = frame(20 * index) }
        #expect(frame(1220) == [320 * 50, 0])
        #expect(frame(1240) == [0, 0])
        #expect(end == 16 * 1240)
    }

    @Test mutating func lostFramesAreLeftOutOnceTheyCannotComeAnyMore() {
        for index in 1...10 { _ = frame(20 * index) }
        var left: [Int] = []
        // One is missing.
        for index in 12...30 { left += frame(20 * index).prefix(1) }
        #expect(left.filter { $0 > 0 } == [320])
        #expect(end == 16 * 600)
    }

    @Test mutating func framesThatWereOnlyHeldUpMoveEveryMoment() {
        for index in 1...10 { _ = frame(20 * index) }
        // The first of those that were held up comes alone, as after a silence.
        #expect(frame(500) == [320 * 14, 0])
        #expect(frame(500, frames: 14) == [0, 320 * 14])
        #expect(clock.position(at: .milliseconds(520)) == end + 320)
    }
}
