/// The words of AGI(cognigy-bridge,handoff,queue=ID[,key=value...]): what sets something for this call, the session where
/// it is not the channel's, and what the agent is to know.
struct HandoffWords {
    private(set) var settings: [String] = []
    private(set) var sessionID = ""
    private(set) var variables: [String: String] = [:]

    /// `own`: the names of arguments that set something.
    init(_ words: some Sequence<String>, own: Set<String>) {
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            // What has no "=" is refused where settings are read.
            if parts.count < 2 || own.contains(parts[0]) {
                settings.append(word)
            } else if parts[0] == "session" {
                sessionID = parts[1]
            } else {
                variables[parts[0]] = parts[1]
            }
        }
    }
}
