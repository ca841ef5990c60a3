import HTTP
import Testing

@Suite struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT
    private static let example = 784_111_777.0

    private func wait(_ value: String, now: Double = example - 10) -> Double? {
        RetryAfter.wait(value, now: now).map { $0 / .seconds(1) }
    }

    @Test(
        arguments: [
            ("0", 0), ("5", 5), (" 5", 5), ("5 ", 5), ("\t5\r\n", 5), ("007", 7), ("0.25", 0.25), ("1.5", 1.5),
            ("-1", 0),
            ("-0", 0), ("86400", 86_400), ("86401", 86_400), ("99999999999999999999999", 86_400),
            (String(repeating: "9", count: 400), 86_400),
        ] as [(String, Double)])
    func secondsAreReadAndBounded(value: String, seconds: Double) {
        #expect(wait(value) == seconds)
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 GMT\r\n", "  Sun, 6 Nov 1994 08:49:37 GMT ",
    ])
    func allThreeFormsOfADateAreRead(value: String) {
        #expect(wait(value) == 10)
        #expect(wait(value, now: Self.example) == 0)
        #expect(wait(value, now: Self.example + 1e6) == 0)
        #expect(wait(value, now: Self.example - 1e6) == 86_400)
    }

    @Test(
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600),
            ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800), ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200),
            ("Tue, 19-Jan-38 03:14:07 GMT", 2_147_483_647), ("Thursday, 01-Jan-70 00:00:09 GMT", 9),
            ("Mon Feb  7 06:28:15 2106", 4_294_967_295),
        ] as [(String, Double)])
    func theCalendarIsRight(value: String, time: Double) {
        #expect(wait(value, now: time - 60) == 60)
    }

    @Test(arguments: [
        "", " ", "soon", "5s", "5 6", "5,", "0x10", "1e3", "nan", "NaN", "inf", "-inf", "infinity", "+", "-", ".",
        "--1",
        "٥", "Sun", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 GMT 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 06 Nov 1994 08:x:49:37 GMT", "Sun, 06 Nov 1994 08::49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "1994-11-06T08:49:37Z", ", , , , ,", "Nov Nov Nov Nov Nov",
    ])
    func whatIsNeitherIsNothing(value: String) {
        #expect(wait(value) == nil)
    }
}
