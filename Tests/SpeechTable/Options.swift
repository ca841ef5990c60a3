import Hearing

/// What is asked for: `speech-table [--quick] [--ours] [--set tuning|held-out] [--only WORDS]
/// [--silence MS]`.
struct Options {
    struct Mistake: Error, CustomStringConvertible {
        let what: String

        var description: String {
            "\(what)\nusage: speech-table [--quick] [--ours] [--set tuning|held-out] [--only WORD,WORD] [--silence MS]\n"
                + "  --quick  a part of everything, within 40 s\n  --ours   without the ears of others\n"
                + "  --only   the lines whose names contain one of these words; 'speech', 'noise',\n           'cough' and 'echo' are all of theirs"
        }
    }

    var isQuick = false
    var hasPeers = true
    /// The silence that is to end an utterance.
    var endSilence = 500
    var sets = [Voices.Set.tuning, .heldOut]
    private var words: [String] = []

    init(_ arguments: some Sequence<String>) throws(Mistake) {
        var rest = Array(arguments)[...]
        while let word = rest.popFirst() {
            switch word {
            case "--quick": isQuick = true
            case "--ours": hasPeers = false
            case "--set":
                guard let name = rest.popFirst(), let set = Voices.Set(rawValue: name), set != .background else {
                    throw Mistake(what: "--set wants tuning or held-out")
                }
                sets = [set]
            case "--only":
                guard let names = rest.popFirst() else { throw Mistake(what: "--only wants words") }
                words = names.split(separator: ",").map { $0.lowercased() }
            case "--silence":
                guard let text = rest.popFirst(), let silence = Int(text), (100...2000).contains(silence) else {
                    throw Mistake(what: "--silence wants milliseconds")
                }
                endSilence = silence
            default: throw Mistake(what: "\(word) is unknown")
            }
        }
    }

    /// Whether the line with this name, of this kind, is to be printed.
    func wants(_ name: String, _ kind: String) -> Bool {
        words.isEmpty || words.contains { name.lowercased().contains($0) || kind == $0 }
    }
}
