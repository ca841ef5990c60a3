/// How urgent a message of the log is, the most urgent first.
///
/// The room Text holds what is about characters, bytes and times and does no I/O: encodings, the search for words, the
/// cut of a text into sentences, and the levels of a log. It depends on no other room, so every room may use it.
public enum LogLevel: String, Sendable, CaseIterable, Comparable {
    case error, warning, notice, info, debug

    /// The severity of RFC 5424, section 6.2.1, as syslog(3) takes it.
    public var severity: CInt {
        switch self {
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug: 7
        }
    }

    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.severity < right.severity }
}
