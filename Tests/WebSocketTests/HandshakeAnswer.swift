import Testing
import WebSocket

/// An answer to a request for a WebSocket whose key is that of RFC 6455's example, and what becomes of it.
struct HandshakeAnswer: Sendable, CustomTestStringConvertible {
    enum Fate: Equatable, Sendable {
        /// The socket is open.
        case opens
        /// It is a refusal with this status.
        case refused(Int)
        /// The connection ends, with these words in the log.
        case ends(Handshake.Failure)
        /// It is not over: the deadline of the handshake ends it.
        case waits
    }

    static let key = "dGhlIHNhbXBsZSBub25jZQ=="

    let what: String
    let bytes: [UInt8]
    let fate: Fate
    /// What says so.
    let rule: String

    var testDescription: String { what }

    private init(_ what: String, _ bytes: [UInt8], _ fate: Fate, _ rule: String) {
        (self.what, self.bytes, self.fate, self.rule) = (what, bytes, fate, rule)
    }

    /// Lines that end with CR LF, and the blank one.
    private static func lines(_ what: String, _ fate: Fate, _ rule: String, _ lines: String...) -> HandshakeAnswer {
        HandshakeAnswer(what, Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8), fate, rule)
    }

    private static func text(_ what: String, _ fate: Fate, _ rule: String, _ text: String) -> HandshakeAnswer {
        HandshakeAnswer(what, Array(text.utf8), fate, rule)
    }

    /// A good switch, with `line` as one more header.
    private static func header(_ what: String, _ fate: Fate, _ rule: String, _ line: String) -> HandshakeAnswer {
        lines(what, fate, rule, go, upgrade, connection, accept, line)
    }

    private static func upgrade(_ what: String, _ fate: Fate, _ value: String) -> HandshakeAnswer {
        lines("Upgrade: " + what, fate, "RFC 6455, 4.1 (2)", go, "Upgrade:" + value, connection, accept)
    }

    private static func connection(_ what: String, _ fate: Fate, _ value: String) -> HandshakeAnswer {
        lines("Connection: " + what, fate, "RFC 6455, 4.1 (3)", go, upgrade, "Connection:" + value, accept)
    }

    private static func accept(_ what: String, _ fate: Fate, _ value: String) -> HandshakeAnswer {
        lines("Accept: " + what, fate, "RFC 6455, 4.1 (4)", go, upgrade, connection, "Sec-WebSocket-Accept:" + value)
    }

    /// A switch that is good from its second line on.
    private static func status(_ line: String, _ fate: Fate, _ rule: String = "RFC 9112, 4") -> HandshakeAnswer {
        lines("status line \(line.debugDescription)", fate, rule, line, upgrade, connection, accept)
    }

    private static let go = "HTTP/1.1 101 Switching Protocols"
    private static let upgrade = "Upgrade: websocket"
    private static let connection = "Connection: Upgrade"
    private static let value = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    private static let accept = "Sec-WebSocket-Accept: " + value
    private static let good = [go, upgrade, connection, accept]

    static let all =
        statusLines + refusals + upgrades + connections + acceptances + offers + malformed + sizes + interim

    private static let statusLines = [
        status("HTTP/1.1", .ends(.malformedStatus)), status("HTTP/1.1 ", .ends(.malformedStatus)),
        status("HTTP/1.1 1 No", .ends(.malformedStatus)), status("HTTP/1.1 1O1 Go", .ends(.malformedStatus)),
        status("HTTP/1.1 1010 Go", .ends(.malformedStatus)), status("HTTP/1.1 0101 Go", .ends(.malformedStatus)),
        status("HTTP/1.1\t101 Go", .ends(.malformedStatus)), status("HTTP/1.1 101\tGo", .ends(.malformedStatus)),
        status("HTTP/1.1  101 Go", .ends(.malformedStatus)), status(" HTTP/1.1 101 Go", .ends(.malformedStatus)),
        status("HTTP/1.1 099 No", .ends(.malformedStatus)), status("HTTP/1.1 +99 No", .ends(.malformedStatus)),
        status("HTTP/1.1 -10 No", .ends(.malformedStatus)), status("HTTP/1.1, 101 Go", .ends(.malformedStatus)),
        status("HTTP/2.0 101 Go", .ends(.malformedStatus), "RFC 9110, 2.5"),
        status("HTTP/2 101 Go", .ends(.malformedStatus), "RFC 9112, 2.3"),
        status("http/1.1 101 Go", .ends(.malformedStatus), "RFC 9112, 2.3"),
        status("HTTP/1.10 101 Go", .ends(.malformedStatus), "RFC 9112, 2.3"),
        status("HTTP/11 101 Go", .ends(.malformedStatus), "RFC 9112, 2.3"),
        status("HTTP/0.9 101 Go", .ends(.malformedStatus), "RFC 9110, 2.5"),
        status("HTTPS/1.1 101 Go", .ends(.malformedStatus), "RFC 9112, 2.3"),
        status("101 Go", .ends(.malformedStatus)), status("ICY 101 Go", .ends(.malformedStatus)),
        status("RTSP/1.0 101 Go", .ends(.malformedStatus)), status("SIP/2.0 101 Go", .ends(.malformedStatus)),
        status("", .ends(.malformedStatus), "RFC 9112, 2.2: only a server skips an empty line before the first"),
        status("\u{FEFF}HTTP/1.1 101 Go", .ends(.malformedStatus)),
        status("GET / HTTP/1.1", .ends(.malformedStatus)),
        status("SSH-2.0-OpenSSH_9.2", .ends(.malformedStatus)), status("220 mail ESMTP", .ends(.malformedStatus)),
        status("<html>", .ends(.malformedStatus)), status("\u{16}\u{3}\u{1}", .ends(.malformedStatus)),
        status("HTTP/1.0 101 Go", .ends(.notAnUpgrade), "RFC 9110, 7.8"),
        status("HTTP/1.1 101 ", .opens), status("HTTP/1.1 101", .opens), status("HTTP/1.1 101 \u{1}é", .opens),
        status("HTTP/1.2 101 Go", .opens, "RFC 9110, 2.5"),
        text("a frame", .waits, "RFC 9112, 4", "\u{2}hi"),
        text("nothing", .waits, "RFC 9112, 4", ""), text("half a status", .waits, "RFC 9112, 4", "HTTP/1.1 10"),
    ]

    /// Whatever looks like a switch behind it.
    private static let refusals = [200, 204, 301, 304, 400, 401, 403, 404, 407, 426, 429, 500, 503, 599, 999].map {
        lines(
            "the headers of a switch behind \($0)", .refused($0), "RFC 6455, 4.1 (1)", "HTTP/1.1 \($0) No", upgrade,
            connection, accept)
    }

    private static let upgrades = [
        lines("no Upgrade", .ends(.notAnUpgrade), "RFC 6455, 4.1 (2)", go, connection, accept),
        upgrade("nothing", .ends(.notAnUpgrade), ""), upgrade("two words", .ends(.notAnUpgrade), " web socket"),
        upgrade("another protocol", .ends(.notAnUpgrade), " h2c"),
        upgrade("a version", .ends(.notAnUpgrade), " websocket/13"),
        upgrade("a parameter", .ends(.notAnUpgrade), " websocket;v=13"),
        upgrade("quotes", .ends(.notAnUpgrade), " \"websocket\""),
        upgrade("two protocols", .ends(.notAnUpgrade), " h2c, websocket"),
        upgrade("a comma", .ends(.notAnUpgrade), " websocket,"),
        upgrade("a prefix", .ends(.notAnUpgrade), " websockets"),
        upgrade("a letter that Unicode lowers to k", .ends(.notAnUpgrade), " websoc\u{212A}et"),
        upgrade("a letter of another script", .ends(.notAnUpgrade), " webs\u{43E}cket"),
        upgrade("a no-break space", .ends(.notAnUpgrade), "\u{A0}websocket"),
        lines("Upgrade twice", .ends(.notAnUpgrade), "RFC 6455, 4.1 (2)", go, upgrade, upgrade, connection, accept),
        upgrade("another case, with blanks", .opens, " \t WebSOCKET\t "), upgrade("no blank", .opens, "websocket"),
    ]

    private static let connections = [
        lines("no Connection", .ends(.notAnUpgrade), "RFC 6455, 4.1 (3)", go, upgrade, accept),
        lines("no headers at all", .ends(.notAnUpgrade), "RFC 6455, 4.1 (2)", go),
        connection("nothing", .ends(.notAnUpgrade), ""), connection("close", .ends(.notAnUpgrade), " close"),
        connection("keep-alive", .ends(.notAnUpgrade), " keep-alive"),
        connection("quotes", .ends(.notAnUpgrade), " \"Upgrade\""),
        connection("a longer word", .ends(.notAnUpgrade), " Upgraded"),
        connection("a hyphen", .ends(.notAnUpgrade), " upgrade-insecure"),
        connection("a parameter", .ends(.notAnUpgrade), " Upgrade;q=1"),
        connection("words without a comma", .ends(.notAnUpgrade), " keep-alive Upgrade"),
        connection("a semicolon for a comma", .ends(.notAnUpgrade), " keep-alive; Upgrade"),
        connection("a list in any case", .opens, " keep-alive , UPGRADE"),
        connection("empty members (RFC 9110, 5.6.1.2)", .opens, ",, ,upgrade,"),
        connection("a member that begins with an accent", .opens, "Upgrade,\u{301}x"),
        lines(
            "Connection twice", .opens, "RFC 9110, 5.3", go, upgrade, "Connection: close", "connection: Upgrade", accept
        ),
    ]

    private static let acceptances = [
        lines("no Accept", .ends(.wrongAcceptance), "RFC 6455, 4.1 (4)", go, upgrade, connection),
        accept("nothing", .ends(.wrongAcceptance), " "), accept("the key itself", .ends(.wrongAcceptance), " " + key),
        accept(
            "another key's", .ends(.wrongAcceptance), " " + Handshake.acceptance(forKey: "AAAAAAAAAAAAAAAAAAAAAA==")),
        accept("in hexadecimal", .ends(.wrongAcceptance), " b37a4f2cc0624f1690f64606cf385945b2bec4ea"),
        accept("no padding", .ends(.wrongAcceptance), " " + value.dropLast()),
        accept("more padding", .ends(.wrongAcceptance), " " + value + "="),
        accept("base64url", .ends(.wrongAcceptance), " s3pPLMBiTxaQ9kYGzzhZRbK-xOo="),
        accept("other last bits", .ends(.wrongAcceptance), " s3pPLMBiTxaQ9kYGzzhZRbK+xOp="),
        accept("small letters", .ends(.wrongAcceptance), " " + value.lowercased()),
        accept("one letter's case", .ends(.wrongAcceptance), " S" + value.dropFirst()),
        accept("cut", .ends(.wrongAcceptance), " " + value.prefix(20)),
        accept("a list", .ends(.wrongAcceptance), " " + value + ", x"),
        accept("quotes", .ends(.wrongAcceptance), " \"\(value)\""),
        accept("a space in it", .ends(.wrongAcceptance), " s3pPLMBiTxaQ 9kYGzzhZRbK+xOo="),
        accept("a letter that Unicode takes for K", .ends(.wrongAcceptance), " s3pPLMBiTxaQ9kYGzzhZRb\u{212A}+xOo="),
        accept("an accent behind it", .ends(.wrongAcceptance), " " + value + "\u{301}"),
        accept("a zero-width space", .ends(.wrongAcceptance), " " + value + "\u{200B}"),
        header("Accept twice", .ends(.wrongAcceptance), "RFC 6455, 11.3.3", accept),
        header("a wrong Accept behind", .ends(.wrongAcceptance), "RFC 6455, 11.3.3", "sec-websocket-accept: x"),
        accept("blanks around it", .opens, "\t  \(value) \t"),
    ]

    private static let offers = [
        header(
            "an extension", .ends(.unofferedExtension), "RFC 6455, 4.1 (5)",
            "Sec-WebSocket-Extensions: permessage-deflate"),
        header("no name of an extension", .ends(.unofferedExtension), "RFC 6455, 9.1", "SEC-WEBSOCKET-EXTENSIONS:"),
        header("a subprotocol", .ends(.unofferedSubprotocol), "RFC 6455, 4.1 (6)", "sec-websocket-protocol: mqtt"),
        header(
            "no name of a subprotocol", .ends(.unofferedSubprotocol), "RFC 6455, 11.3.4", "Sec-WebSocket-Protocol: "),
        header("a version", .opens, "RFC 6455, 11.3.5", "Sec-WebSocket-Version: 8"),
        header("a key", .opens, "RFC 6455, 11.3.1", "Sec-WebSocket-Key: x"),
        header("a length, and no body", .opens, "RFC 9112, 6.3 (1)", "Content-Length: 5"),
        header("chunks, and no body", .opens, "RFC 9112, 6.3 (1)", "Transfer-Encoding: chunked"),
        header("a control byte in a value", .opens, "RFC 9110, 5.5", "X: a\u{1}\u{7F}"),
        header("bytes that are no UTF-8 of ours", .opens, "RFC 9110, 5.5", "X: \u{FFFD}é"),
        header("no value", .opens, "RFC 9110, 5.5", "X:"),
    ]

    private static let malformed = [
        lines(
            "a space before a colon", .ends(.malformedLine), "RFC 9112, 5.1", go, "Upgrade : websocket", connection,
            accept),
        lines("a folded value", .ends(.malformedLine), "RFC 9112, 5.2", go, upgrade, "Connection:", " Upgrade", accept),
        lines("a folded first header", .ends(.malformedLine), "RFC 9112, 2.2", go, " x", upgrade, connection, accept),
        header("a fold by a tab", .ends(.malformedLine), "RFC 9112, 5.2", "\tx"),
        header("a line of blanks", .ends(.malformedLine), "RFC 9112, 5.2", " \t "),
        header("no colon", .ends(.malformedLine), "RFC 9112, 5", "no colon"),
        header("no name", .ends(.malformedLine), "RFC 9110, 5.1", ": x"),
        header("a tab in a name", .ends(.malformedLine), "RFC 9110, 5.6.2", "Na\tme: x"),
        header("parentheses in a name", .ends(.malformedLine), "RFC 9110, 5.6.2", "A(b): c"),
        header("a letter that is not ASCII in a name", .ends(.malformedLine), "RFC 9110, 5.6.2", "Ä: x"),
        header("a second status line", .ends(.malformedLine), "RFC 9112, 5", "HTTP/1.1 200 OK"),
        header("a return in a value", .ends(.malformedLine), "RFC 9112, 2.2", "X: a\rb"),
        header("a return in a name", .ends(.malformedLine), "RFC 9112, 2.2", "a\rb: x"),
        header("two returns", .ends(.malformedLine), "RFC 9112, 2.2", "X: a\r"),
        header("a line feed before a return", .ends(.malformedLine), "RFC 9112, 2.2", "X: a\n"),
        text("no returns", .ends(.malformedLine), "RFC 9112, 2.2", good.joined(separator: "\n") + "\n\n"),
        text(
            "no return in the last line", .ends(.malformedLine), "RFC 9112, 2.2",
            good.joined(separator: "\r\n") + "\r\n\n"),
        text("returns alone", .waits, "RFC 9112, 2.2", good.joined(separator: "\r") + "\r\r"),
        text("no blank line", .waits, "RFC 9112, 2.1", good.joined(separator: "\r\n") + "\r\n"),
        text("half a blank line", .waits, "RFC 9112, 2.1", good.joined(separator: "\r\n") + "\r\n\r"),
        header("a null byte in a value", .ends(.nullByte), "RFC 9110, 5.5", "X: \u{0}"),
        header("a null byte in a name", .ends(.nullByte), "RFC 9110, 5.6.2", "X\u{0}: 1"),
        status("HTTP/1.1 1\u{0}1 Go", .ends(.nullByte)),
        status("\u{0}\u{0}\u{12}\u{4}", .ends(.nullByte), "RFC 9113, 4.1"),
        text(
            "a null byte before the blank line", .ends(.nullByte), "RFC 9112, 2.2",
            good.joined(separator: "\r\n") + "\r\n\u{0}"),
    ]

    private static func long(_ count: Int) -> String { String(repeating: "x", count: count) }

    /// A line has at most 8192 bytes with its end, and there are at most 128 headers. RFC 9110, 5.4 leaves that to us.
    private static let sizes = [
        header("a line of 8192", .opens, "RFC 9110, 5.4", "A: " + long(8187)),
        header("a line of 8193", .ends(.lineTooLong), "RFC 9110, 5.4", "A: " + long(8188)),
        header("a name of 8192", .ends(.lineTooLong), "RFC 9110, 5.4", long(8192)),
        status("HTTP/1.1 101 " + long(8177), .opens), status("HTTP/1.1 101 " + long(8178), .ends(.lineTooLong)),
        text("a line without an end", .ends(.lineTooLong), "RFC 9112, 3", long(9000)),
        text("a header without an end", .ends(.lineTooLong), "RFC 9110, 5.4", go + "\r\nA: " + long(9000)),
        header("128 headers", .opens, "RFC 9110, 5.4", (4...128).map { "A\($0): x" }.joined(separator: "\r\n")),
        header(
            "129 headers", .ends(.tooManyHeaders), "RFC 9110, 5.4",
            (4...129).map { "A\($0): x" }.joined(separator: "\r\n")),
        text(
            "headers without an end", .ends(.tooManyHeaders), "RFC 9110, 5.4",
            go + String(repeating: "\r\nA: x", count: 200)),
        text(
            "long headers without an end", .ends(.headTooLong), "RFC 9110, 5.4",
            go + String(repeating: "\r\nA: " + long(8000), count: 60)),
        text(
            "a refusal without an end", .ends(.headTooLong), "RFC 9110, 5.4",
            "HTTP/1.1 401 No" + String(repeating: "\r\nA: x", count: 60_000)),
    ]

    /// Answers before the answer. RFC 9110, 15.2.
    private static let interim = [
        lines(
            "100, then half a switch", .ends(.notAnUpgrade), "RFC 6455, 4.1 (3)", "HTTP/1.1 100 Go", "", go, upgrade,
            accept),
        lines(
            "the headers of a switch in 100 alone", .ends(.notAnUpgrade), "RFC 9110, 15.2", "HTTP/1.1 100", upgrade,
            connection, accept, "", go),
        lines("100 is no switch", .waits, "RFC 9110, 15.2", "HTTP/1.1 100", upgrade, connection, accept),
        lines("100, then another protocol", .ends(.malformedStatus), "RFC 9112, 4", "HTTP/1.1 100", "", "220 mail"),
        lines("a null byte in 103", .ends(.nullByte), "RFC 9110, 5.5", "HTTP/1.1 103", "X: \u{0}"),
        lines(
            "103, then a refusal", .refused(401), "RFC 6455, 4.1 (1)", "HTTP/1.1 103", "Link: x", "", "HTTP/1.1 401 No"),
        text(
            "100 without an end", .ends(.headTooLong), "RFC 9110, 15.2",
            String(repeating: "HTTP/1.1 100 Go\r\n\r\n", count: 20_000)),
        lines(
            "100 of HTTP/1.0, then a switch", .opens, "RFC 9110, 15.2", "HTTP/1.0 100 Go", "", go, upgrade, connection,
            accept),
        lines(
            "odd headers in 103, then a switch", .opens, "RFC 9110, 15.2", "HTTP/1.1 103", "no colon", "", go, upgrade,
            connection, accept),
    ]
}
