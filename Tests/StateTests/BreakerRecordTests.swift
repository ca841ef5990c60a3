import JSON
import Testing

@testable import State

@Suite struct BreakerRecordTests {
    let now = 1_750_000_000.0

    @Test func theWaitDoublesToAMinuteWithEachProbeThatFails() {
        var record = BreakerRecord(openedAt: now)
        var time = now
        for wait in [10.0, 20, 40, 60, 60] {
            #expect(record.retryAt(now: time + wait - 0.1) == time + wait)
            time += wait
            #expect(record.retryAt(now: time) == nil)
            record.beginProbe("p", now: time)
            #expect(record.retryAt(now: time) == time + 20)
            #expect(record.failProbe("p", now: time) == true)
        }
    }

    @Test func aProbeWhoseProcessWasKilledIsFollowedByAnother() {
        var record = BreakerRecord(openedAt: now)
        record.beginProbe("p", now: now + 10)
        #expect(record.retryAt(now: now + 29.9) == now + 30)
        #expect(record.retryAt(now: now + 30) == nil)
        record.beginProbe("q", now: now + 30)
        #expect(record.failProbe("p", now: now + 31) == false)
        #expect(record.endProbe("p") == false)
        #expect(record.endProbe("q") == true)
        #expect(record.retryAt(now: now + 31) == nil)
    }

    @Test func aProbeIsOverdueWhenItCouldHaveBeenTakenForTwentySeconds() {
        let record = BreakerRecord(openedAt: now)
        #expect(!record.isProbeOverdue(now: now + 29.9))
        #expect(record.isProbeOverdue(now: now + 30))
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var probed = BreakerRecord(openedAt: now + 0.123)
        probed.beginProbe("p", now: now + 11)
        var again = probed
        #expect(again.failProbe("p", now: now + 12) == true)
        for record in [BreakerRecord(openedAt: now), probed, again] {
            let bytes = record.file.serialized
            #expect(BreakerRecord(try JSON(parsing: bytes), now: now + 12) == record)
        }
    }

    @Test(
        arguments: [
            ["opened_at": 1_750_000_006, "wait": 10], ["opened_at": 1_750_000_000, "wait": 61],
            ["opened_at": 1_750_000_000, "wait": 0], ["opened_at": 1_750_000_000], ["wait": 10], [], "x",
            ["opened_at": "nan", "wait": 10], ["opened_at": 1_750_000_000, "wait": "inf"],
        ] as [JSON])
    func aRecordThatMakesNoSenseOrComesFromTheFutureIsNone(file: JSON) {
        #expect(BreakerRecord(file, now: now) == nil)
    }

    @Test func aLeaseThatIsTooLongIsNone() {
        let file: JSON = ["opened_at": 1_750_000_000, "wait": 10, "probe": "p", "probe_until": 1_750_009_999]
        #expect(BreakerRecord(file, now: now + 10)?.probe == nil)
    }
}
