import Testing
import Text

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (0.9999, "1970-01-01T00:00:00.999Z"),
        (1_709_164_799.5, "2024-02-28T23:59:59.500Z"),
        (1_709_164_800, "2024-02-29T00:00:00.000Z"), (-0.25, "1969-12-31T23:59:59.750Z"),
        (4_102_444_800, "2100-01-01T00:00:00.000Z"),
    ])
    func timesAreInUTCWithMilliseconds(time: Double, text: String) {
        #expect(Timestamp.text(time) == text)
    }
}
