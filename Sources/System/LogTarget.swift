/// Where messages go.
public enum LogTarget: Sendable, Equatable {
    case off
    case syslog
    case file(String)
}
