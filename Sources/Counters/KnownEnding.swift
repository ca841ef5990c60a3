import Report

/// How a call ends, in the words of COGNIGY_STATUS and COGNIGY_REASON that may be labels: those that `Reason` lists. A flow gives
/// reasons of its own, and a service may answer with any status of HTTP: those are "other" or a class.
struct KnownEnding: Equatable {
    let status: String
    let reason: String

    private static let other = "other"

    /// Of each status what the list has, and what else there may be. A call that has not ended is no ending.
    static let all: [KnownEnding] = ["COMPLETED", "HANDOFF", "HANGUP", "UNAVAILABLE", "ERROR"].flatMap { status in
        let words = Reason.all.filter { $0.status == status }.flatMap(\.words).filter { $0 != "unfinished" }.sorted()
        return (words + [other]).map { KnownEnding(known: status, $0) }
    }

    private init(known status: String, _ reason: String) {
        self.status = status
        self.reason = reason
    }

    /// nil: there is no such status.
    init?(_ status: String, _ reason: String) {
        let known = Self.all.filter { $0.status == status }
        let words = [reason, Reason.httpClass(reason), Self.other]
        let found = words.lazy.compactMap { word in known.first { $0.reason == word } }.first
        guard let found else { return nil }
        self = found
    }

    /// In the file.
    var name: String { "calls/\(status)/\(reason)" }
}
