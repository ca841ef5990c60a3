import System

/// Reads the written value of a setting.
enum Read {
    static func text(_ entry: Entry) -> String { entry.text }

    static func secret(_ entry: Entry) -> Secret { Secret(entry.text) }

    static func boolean(_ entry: Entry) throws(ConfigurationError) -> Bool {
        if let value = boolean(entry.text) { return value }
        throw entry.error("\"\(entry.text.printable)\" is neither yes nor no", "write yes or no")
    }

    static func boolean(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "yes", "true", "on", "1": true
        case "no", "false", "off", "0": false
        default: nil
        }
    }

    static func choice<Choice: RawRepresentable & CaseIterable>(_ entry: Entry) throws(ConfigurationError) -> Choice
    where Choice.RawValue == String {
        if let choice = Choice(rawValue: entry.text.lowercased()) { return choice }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw entry.error("\"\(entry.text.printable)\" is not known here", "write one of: \(names)")
    }

    /// Takes decimal digits with at most one point, because Double alone would take "nan" and "0x10" too.
    static func seconds(_ entry: Entry, _ range: ClosedRange<Double>) throws(ConfigurationError) -> Duration {
        let isDecimal = entry.text.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
        if isDecimal, let number = Double(entry.text), range.contains(number) {
            return .milliseconds(Int64((number * 1000).rounded()))
        }
        throw entry.error("\"\(entry.text.printable)\" is not a time in seconds", "write \(range.inWords)")
    }

    static func seconds(_ range: ClosedRange<Double>) -> Reader<Duration> {
        { entry throws(ConfigurationError) in try seconds(entry, range) }
    }

    static func milliseconds(_ range: ClosedRange<Int>) -> Reader<Duration> {
        { entry throws(ConfigurationError) in .milliseconds(try count(range)(entry)) }
    }

    /// 0 stands for no limit.
    static func secondsOrNone(_ range: ClosedRange<Double>) -> Reader<Duration?> {
        { entry throws(ConfigurationError) in
            let time = try seconds(entry, range)
            return time == .zero ? nil : time
        }
    }

    static func count(_ range: ClosedRange<Int>) -> Reader<Int> {
        { entry throws(ConfigurationError) in
            if let number = Int(entry.text), range.contains(number) { return number }
            throw entry.error(
                "\"\(entry.text.printable)\" is not a number that fits",
                "write a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Takes absolute paths only, because Asterisk starts programs in any folder.
    static func absolutePath(_ entry: Entry) throws(ConfigurationError) -> String {
        if !entry.text.hasPrefix("/") { throw entry.error("is not a whole path", "begin it with /") }
        if entry.text.contains(where: { "\"\\,|".contains($0) }) {
            throw entry.error("contains a character that Asterisk's commands cannot carry", "use none of \" \\ , |")
        }
        return entry.text
    }

    private static func isOff(_ entry: Entry) -> Bool { ["off", "no", "none"].contains(entry.text.lowercased()) }

    static func pathOrOff(_ entry: Entry) throws(ConfigurationError) -> String? {
        isOff(entry) ? nil : try absolutePath(entry)
    }

    static func logTarget(_ entry: Entry) throws(ConfigurationError) -> LogTarget {
        if isOff(entry) { return .off }
        if entry.text.lowercased() == "syslog" { return .syslog }
        if entry.text.hasPrefix("/") { return .file(try absolutePath(entry)) }
        throw entry.error("\"\(entry.text.printable)\" is not known here", "write off, syslog, or the path of a file")
    }

    static func fraction(_ entry: Entry) throws(ConfigurationError) -> Double {
        let isDecimal = entry.text.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
        if isDecimal, let number = Double(entry.text), (0...1).contains(number) { return number }
        throw entry.error("\"\(entry.text.printable)\" is not a number that fits", "write one from 0 to 1")
    }

    /// From -1, the worst, to 1.
    static func sentiment(_ entry: Entry) throws(ConfigurationError) -> Double {
        let digits = entry.text.hasPrefix("-") ? entry.text.dropFirst() : entry.text[...]
        let isDecimal = digits.utf8.allSatisfy { $0.isDigit || $0 == UInt8(ascii: ".") }
        if isDecimal, let number = Double(entry.text), (-1...1).contains(number) { return number }
        throw entry.error("\"\(entry.text.printable)\" is not a number that fits", "write one from -1 to 1")
    }

    /// Words between commas.
    static func phrases(_ entry: Entry) throws(ConfigurationError) -> [String] {
        let phrases = entry.text.split(separator: ",").map { String($0).trimmed }.filter { !$0.isEmpty }
        if phrases.isEmpty { throw entry.error("names no phrase", "write phrases between commas") }
        return phrases
    }

    /// A sound as STREAM FILE takes it. Asterisk adds the extension itself and finds no file where one is written.
    static func prompt(_ entry: Entry) throws(ConfigurationError) -> String {
        for ending in [".wav", ".wav16", ".sln", ".sln16", ".gsm", ".ulaw", ".alaw", ".g722", ".mp3"]
        where entry.text.lowercased().hasSuffix(ending) {
            throw entry.error("ends in \(ending)", "leave the extension out; Asterisk picks the file")
        }
        return entry.text
    }

    /// Host names between commas or blanks.
    static func hosts(_ entry: Entry) throws(ConfigurationError) -> [String] {
        var hosts: [String] = []
        for part in entry.text.lowercased().split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\t" }) {
            let pieces = part.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let name = pieces[0].hasPrefix(".") ? pieces[0].dropFirst() : pieces[0]
            let isPort = pieces.count == 1 || (UInt16(pieces[1]) ?? 0) > 0
            if !ServiceURL.isHost(name) || !isPort {
                throw entry.error(
                    "\"\(String(part).printable)\" is not a host name",
                    "write names as cdn.example.com, cdn.example.com:8443 or .example.com between commas")
            }
            hosts.append(String(part))
        }
        return hosts
    }

    /// The first label of the tenant's host.
    static func tenant(_ entry: Entry) throws(ConfigurationError) -> String {
        if ServiceURL.isHost(entry.text), !entry.text.contains(".") { return entry.text.lowercased() }
        throw entry.error("\"\(entry.text.printable)\" is not a tenant", "write NAME of https://NAME.cognigy.ai")
    }

    /// The words of a command line. No shell reads it, so quotes would reach the program unchanged and are refused.
    static func command(_ entry: Entry) throws(ConfigurationError) -> [String] {
        if entry.text.contains(where: { "\"'`$|<>&".contains($0) }) {
            throw entry.error("uses shell syntax, but no shell reads it", "put that into a script and name the script")
        }
        return entry.text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
    }

    /// One key of a telephone, or none.
    static func keyOrNone(_ entry: Entry) throws(ConfigurationError) -> String? {
        if entry.text.lowercased() == "none" { return nil }
        if "0123456789*#".contains(where: { String($0) == entry.text }) { return entry.text }
        throw entry.error("\"\(entry.text.printable)\" is not a key", "write one of 0-9, * and #, or none")
    }

    /// 0 stands for never.
    static func millisecondsOrNone(_ range: ClosedRange<Int>) -> Reader<Duration?> {
        { entry throws(ConfigurationError) in
            let time = try milliseconds(range)(entry)
            return time == .zero ? nil : time
        }
    }

    /// The name of a context of the dialplan.
    static func context(_ entry: Entry) throws(ConfigurationError) -> String {
        let isName = entry.text.utf8.allSatisfy { $0.isLetterOrDigit || "-_.".utf8.contains($0) }
        if isName, entry.text.utf8.count < 80 { return entry.text }
        throw entry.error(
            "\"\(entry.text.printable)\" is not the name of a context", "use letters, digits and - _ . only")
    }

    /// More names, or longer ones, do not fit into the one command that asks Asterisk for all of them.
    static let (mostHeaders, longestHeaderName) = (8, 40)

    /// Names of SIP headers between colons, because commas separate the arguments of AGI().
    static func headerNames(_ entry: Entry) throws(ConfigurationError) -> [String] {
        let names = entry.text.split(separator: ":").map { String($0).trimmed }.filter { !$0.isEmpty }
        let isUsable = names.allSatisfy {
            $0.utf8.count <= longestHeaderName
                && $0.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
        }
        if isUsable, (1...mostHeaders).contains(names.count) { return names }
        throw entry.error(
            "is not a list of SIP headers",
            "write at most \(mostHeaders) names of at most \(longestHeaderName) characters as X-CID:X-Ref")
    }

    /// As en-US or de_DE.
    static func locale(_ entry: Entry) throws(ConfigurationError) -> String {
        let isTag = entry.text.utf8.allSatisfy {
            $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        if isTag && entry.text.utf8.count <= 35 { return entry.text }
        throw entry.error("\"\(entry.text.printable)\" is not a language", "write one as en-US")
    }
}

typealias Reader<Value> = @Sendable (Entry) throws(ConfigurationError) -> Value

extension UInt8 {
    var isDigit: Bool { (0x30...0x39).contains(self) }
    var isLetterOrDigit: Bool { isDigit || (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) }
}

extension ClosedRange<Double> {
    fileprivate var inWords: String {
        func short(_ number: Double) -> String { number == number.rounded() ? String(Int(number)) : String(number) }
        return "a number from \(short(lowerBound)) to \(short(upperBound))"
    }
}
