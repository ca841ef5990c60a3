/// How a call ends, in the words of COGNIGY_STATUS and COGNIGY_REASON that may be labels. A flow gives reasons of its own, and
/// a service may answer with any status of HTTP: those are "other" or a class.
struct KnownEnding: Equatable {
    let status: String
    let reason: String

    private static let other = "other"
    static let all: [KnownEnding] = [
        ("COMPLETED", ["end", "flow_stopped", "idle_timeout", "no_input", other]),
        ("HANDOFF", ["handoff"]),
        ("HANGUP", ["hangup"]),
        (
            "UNAVAILABLE",
            [
                "HANDOFF_FAILED", "bad_dialog_reply", "bad_endpoint_reply", "bad_stt_reply", "busy", "circuit_open",
                "flow_error", "flow_no_input", "flow_stopped", "forbidden", "http_400", "http_404", "http_4xx",
                "http_5xx", "no_disk", "no_reply", "no_voice", "rate_limited", "refused", "session_lost",
                "setup_timeout", "socket_lost", "terminated", "unauthorized", "unreachable", other,
            ]
        ),
        ("ERROR", ["asterisk", "configuration", other]),
    ].flatMap { status, reasons in reasons.map { KnownEnding(known: status, $0) } }

    private init(known status: String, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    /// nil: there is no such status.
    init?(_ status: String, _ reason: String) {
        let known = Self.all.filter { $0.status == status }
        let words = [reason, Self.httpClass(reason), Self.other]
        let found = words.lazy.compactMap { word in known.first { $0.reason == word } }.first
        guard let ending = found ?? known.first else { return nil }
        self = ending
    }

    private static func httpClass(_ reason: String) -> String? {
        guard reason.utf8.count == 8, reason.hasPrefix("http_"), let status = Int(reason.dropFirst(5)) else {
            return nil
        }
        return "http_\(status / 100)xx"
    }

    /// In the file.
    var name: String { "calls/\(status)/\(reason)" }
}
