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
        if line.hasPrefix("520-") {
            inUsageBlock = true
            return nil
        }
        guard let reply = ReplyParser.reply(line), !inUsageBlock || ReplyParser.endsBlock(reply) else { return nil }
        inUsageBlock = false
        return reply
    }

    private static func reply(_ line: String) -> Reply? {
        if line.hasPrefix("200 result=") { return success(line.dropFirst("200 result=".count)) }
        // Asterisk has no memory or no module for a command (handle_gosub in app_stack.c).
        if line.hasPrefix("503 result=") { return success(line.dropFirst("503 result=".count)) }
        if line.hasPrefix("510 ") { return .invalidCommand }
        if line.hasPrefix("511 ") { return .deadChannel }
        if line.hasPrefix("520 ") { return .wrongUsage }
        return line == "HANGUP" ? .hangup : nil
    }

    /// The block's own lines are free text; it ends with `520 End of proper usage.` No line of one begins as another
    /// reply does, so such a line tells that the block was forged.
    private static func endsBlock(_ reply: Reply) -> Bool { reply != .hangup }

    /// Variables are printed raw: the text runs from the first `(` to the last `)`, or to the end of the line where a
    /// line feed hides that. Compared byte by byte: a combining mark would hide a parenthesis or a blank.
    private static func success(_ rest: Substring) -> Reply {
        let value = rest.utf8.prefix { $0 != UInt8(ascii: " ") }
        var tail = rest.utf8[value.endIndex...]
        var text: String?
        if let open = tail.firstIndex(of: UInt8(ascii: "(")) {
            let inside = tail[open...].dropFirst()
            let close = inside.lastIndex(of: UInt8(ascii: ")")) ?? inside.endIndex
            text = String(Substring(inside[..<close]))
            tail = inside[close...]
        }
        let words = Substring(tail).split(separator: " ")
        let endpos = words.first { $0.hasPrefix("endpos=") }.flatMap { Int($0.dropFirst("endpos=".count)) }
        return .success(value: String(Substring(value)), text: text, endpos: endpos)
    }
}
