import Glibc
import Testing
import Text

@Suite struct GregorianDateTests {
    @Test(arguments: [
        (0, 1970, 1, 1), (-1, 1969, 12, 31), (19_781, 2024, 2, 28), (19_782, 2024, 2, 29), (19_783, 2024, 3, 1),
        (47_541, 2100, 3, 1), (-719_468, 0, 3, 1), (-719_469, 0, 2, 29), (2_932_896, 9999, 12, 31),
    ])
    func aDayHasOneDate(days: Int, year: Int, month: Int, day: Int) {
        let date = GregorianDate(year: year, month: month, day: day)
        #expect(GregorianDate(daysSince1970: days) == date)
        #expect(date.daysSince1970 == days)
    }

    @Test func itAgreesWithTheCLibraryForEightHundredYears() {
        for days in stride(from: -146_097, through: 146_097, by: 1) {
            var seconds = time_t(days * 86_400)
            var parts = tm()
            gmtime_r(&seconds, &parts)
            let date = GregorianDate(
                year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday))
            if GregorianDate(daysSince1970: days) != date || date.daysSince1970 != days {
                Issue.record("\(days): \(date)")
                return
            }
        }
    }
}
