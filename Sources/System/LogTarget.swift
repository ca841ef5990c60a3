/// Where messages go.
package enum LogTarget: Sendable, Equatable {
    case off
    case syslog
    case file(String)
}
