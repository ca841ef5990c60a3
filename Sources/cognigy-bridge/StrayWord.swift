/// A first word that a call does not know, as in AGI(cognigy-bridge,sales) or after a typing error at a shell.
struct StrayWord {
    let word: String

    private static let callKinds: Set = ["voice", "handoff"]
    private static let commands = Set(ShellCommand.all.map(\.name)).union(["help", "--help", "-h", "--version"])

    /// nil: the first word is key=value or the kind of a call.
    init?(_ words: [String]) {
        guard let word = words.first, !word.isEmpty, !word.contains("="), !StrayWord.callKinds.contains(word) else {
            return nil
        }
        self.word = word
    }

    /// The message for the operator of an Asterisk.
    var forTheDialplan: String {
        let start = "AGI(cognigy-bridge,\(word.prefix(40)))"
        return StrayWord.commands.contains(word)
            ? "\(start): \(word) is a command for a shell; run it there"
            : "\(start): there is no such word; write handoff, voice (with EAGI), or key=value as flow_id=ID"
    }

    /// The message for the person who typed the word.
    var forAShell: String { "there is no command \"\(word)\"; cognigy-bridge --help lists them" }
}
