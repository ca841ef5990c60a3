/// One answer of Asterisk.
public enum Reply: Equatable, Sendable {
    /// `200 result=<value>[ (text)][ endpos=N]`
    case success(value: String, text: String?, endpos: Int?)
    /// 510: no such command.
    case invalidCommand
    /// 511: the channel is hung up.
    case deadChannel
    /// 520: the command was misspelt. The usage text of the block is of no use to a program.
    case wrongUsage
    /// A `HANGUP` line: FastAGI only, but accepted everywhere.
    case hangup
}

/// Puts lines together into replies. A line that is none is dropped: a caller's name can leave some behind.
public struct ReplyParser: Sendable {
    private var inUsageBlock = false

    public init() {}

    public mutating func receive(line: String) -> Reply? {
        if inUsageBlock {
            // The block's own lines are free text; it ends with `520 End of proper usage.`
            guard line.hasPrefix("520 ") else { return nil }
            inUsageBlock = false
            return .wrongUsage
        }
        if line.hasPrefix("200 result=") { return ReplyParser.success(line.dropFirst("200 result=".count)) }
        if line.hasPrefix("520-") {
            inUsageBlock = true
            return nil
        }
        if line.hasPrefix("520 ") { return .wrongUsage }
        if line.hasPrefix("510") { return .invalidCommand }
        if line.hasPrefix("511") { return .deadChannel }
        return line == "HANGUP" ? .hangup : nil
    }

    /// Variables are printed raw: the text runs from the first `(` to the last `)`.
    private static func success(_ rest: Substring) -> Reply {
        let value = rest.prefix { $0 != " " }
        var tail = rest.dropFirst(value.count)
        var text: String?
        if let open = tail.firstIndex(of: "("), let close = tail.lastIndex(of: ")"), open < close {
            text = String(tail[tail.index(after: open)..<close])
            tail = tail[tail.index(after: close)...]
        }
        let endpos = tail.split(separator: " ").first { $0.hasPrefix("endpos=") }.flatMap { Int($0.dropFirst(7)) }
        return .success(value: String(value), text: text, endpos: endpos)
    }
}
