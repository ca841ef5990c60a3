/// A first word that says nothing to a call: AGI(cognigy-bridge,sales), or a slip at a shell.
struct StrayWord {
    let word: String

    private static let errands: Set = ["voice", "handoff"]
    private static let commands: Set = [
        "check", "call", "simulate", "assist", "barge-in", "help", "--help", "-h", "--version",
    ]

    /// nil: the words of a call are key=value, but for the name of an errand.
    init?(_ words: [String]) {
        guard let word = words.first, !word.isEmpty, !word.contains("="), !StrayWord.errands.contains(word) else {
            return nil
        }
        self.word = word
    }

    /// What the operator of an Asterisk is told.
    var forTheDialplan: String {
        let start = "AGI(cognigy-bridge,\(word.prefix(40)))"
        return StrayWord.commands.contains(word)
            ? "\(start): \(word) is a command for a shell; run it there"
            : "\(start): there is no such word; write handoff, voice (with EAGI), or key=value as flow_id=ID"
    }

    /// What whoever typed it is told.
    var forAShell: String { "there is no command \"\(word)\"; cognigy-bridge --help lists them" }
}
