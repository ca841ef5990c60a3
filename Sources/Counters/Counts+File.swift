/// The file: lines of sums, each of which is to be added to the others. A call that is killed while it adds one leaves a line
/// without an end, which counts for nothing; and as every line begins with a line break, it takes no other with it.
///
///     1 calls/COMPLETED/end=1 keys=4 .
extension Counts {
    /// Changes whenever a name gets another meaning. Lines of another version count for nothing.
    private static let version = "1"
    private static let end = "."

    public var line: [UInt8] {
        let words = sums.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return Array("\n\(([Self.version] + words + [Self.end]).joined(separator: " "))\n".utf8)
    }

    /// The sum of all lines, and how many of them made no sense.
    public static func read(_ file: [UInt8]) -> (counts: Counts, broken: Int) {
        var counts = Counts()
        var broken = 0
        for line in file.split(separator: UInt8(ascii: "\n")) {
            if let more = Counts(line) { counts.add(more) } else { broken += 1 }
        }
        return (counts, broken)
    }

    /// nil: the line makes no sense, so nothing of it counts.
    private init?(_ line: ArraySlice<UInt8>) {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count >= 2, words[0].elementsEqual(Self.version.utf8),
            words[words.count - 1].elementsEqual(Self.end.utf8)
        else { return nil }
        for word in words.dropFirst().dropLast() {
            let parts = word.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
            guard parts.count == 2, (1...Self.longestName).contains(parts[0].count),
                parts[0].allSatisfy(Self.mayBeInName), let number = Self.number(parts[1])
            else { return nil }
            // Names of a later version are kept for it.
            add(number, to: String(decoding: parts[0], as: UTF8.self))
        }
    }

    private static func mayBeInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "/"):
            true
        default: false
        }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        if digits.isEmpty { return nil }
        var number: UInt64 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isStillTooLarge) = tens.addingReportingOverflow(UInt64(digit - 0x30))
            if isTooLarge || isStillTooLarge { return nil }
            number = sum
        }
        return number
    }
}
