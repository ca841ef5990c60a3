/// A day of the Gregorian calendar, also before its invention. It has no time zone.
public struct GregorianDate: Equatable, Sendable {
    public let year: Int
    /// From 1.
    public let month: Int
    /// From 1.
    public let day: Int

    public init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    // Both directions count years from March, so that a leap day is the last of its year, and in eras of 400 years, which
    // all have as many days.

    private static let daysOfEra = 146_097
    /// From the first of March of the year 0 to the first of January 1970.
    private static let daysTo1970 = 719_468

    public init(daysSince1970 days: Int) {
        let days = days + GregorianDate.daysTo1970
        let era = (days >= 0 ? days : days - GregorianDate.daysOfEra + 1) / GregorianDate.daysOfEra
        let dayOfEra = days - era * GregorianDate.daysOfEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch + (monthFromMarch < 10 ? 3 : -9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    public var daysSince1970: Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * GregorianDate.daysOfEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - GregorianDate.daysTo1970
    }
}
