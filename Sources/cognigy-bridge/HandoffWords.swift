/// The words of AGI(cognigy-bridge,handoff,queue=ID[,key=value...]): settings for this call, the session if it is not the
/// channel's, and variables for the agent.
struct HandoffWords {
    private(set) var settings: [String] = []
    private(set) var sessionID = ""
    private(set) var variables: [String: String] = [:]

    /// `own` holds the names of the arguments that are settings.
    init(_ words: some Sequence<String>, own: Set<String>) {
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            // A word without "=" is refused later, when the settings are read.
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
