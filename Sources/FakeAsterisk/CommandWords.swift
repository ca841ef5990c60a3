/// Splits a command line into words as parse_args() of res_agi.c does.
enum CommandWords {
    /// MAX_ARGS, less the terminating NULL.
    static let limit = 127

    static func split(_ line: some Sequence<UInt8>) -> [String] {
        var words: [[UInt8]] = []
        var quoted = false
        var escaped = false
        var betweenWords = true
        for byte in line {
            switch byte {
            case UInt8(ascii: "\"") where !escaped:
                quoted.toggle()
                if quoted && betweenWords {
                    words.append([])
                    betweenWords = false
                }
            case UInt8(ascii: " ") where !quoted && !escaped, UInt8(ascii: "\t") where !quoted && !escaped:
                betweenWords = true
            case UInt8(ascii: "\\") where !escaped:
                escaped = true
            default:
                if betweenWords {
                    // "Too many arguments, truncating": this byte and the rest of its word are dropped.
                    if words.count >= limit { continue }
                    words.append([])
                    betweenWords = false
                }
                words[words.count - 1].append(byte)
                escaped = false
            }
        }
        return words.map { String(decoding: $0, as: UTF8.self) }
    }

    /// sscanf("%d"): the integer that a word starts with.
    static func integer(_ word: String) -> Int? {
        var rest = word.utf8.drop { [9, 10, 11, 12, 13, 32].contains($0) }
        let sign = rest.first
        if sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.prefix(30)
        let value = Int32(String(digits) ?? "") ?? (digits.isEmpty ? nil : Int32.max)
        return value.map { sign == UInt8(ascii: "-") ? -Int($0) : Int($0) }
    }
}
