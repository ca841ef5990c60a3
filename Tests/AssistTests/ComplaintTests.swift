import Testing

@testable import Assist

@Suite struct ComplaintTests {
    @Test func theFirstIsToldAtOnceAndTheRestOnceAMinute() {
        var complaint = Complaint()
        #expect(complaint.count(now: .seconds(7)) == 1)
        #expect(complaint.count(2, now: .seconds(8)) == nil)
        #expect(complaint.count(now: .seconds(66)) == nil)
        #expect(complaint.count(now: .seconds(67)) == 4)
        #expect(complaint.count(now: .seconds(68)) == nil)
        #expect(complaint.count(now: .seconds(1000)) == 2)
    }
}
