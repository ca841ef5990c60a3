import Glibc

/// The programs that speak and that a machine may have, with the words that make them read text and write WAV.
enum VoiceProgram {
    /// Looked at beside PATH, which Asterisk may have set to little.
    private static let usualFolders = ["/usr/local/bin", "/usr/bin", "/bin"]

    /// The command of the first that is there, in `path` or the usual folders; nil where there is none.
    static func find(path: String?, locale: String?) -> [String]? {
        let folders = (path ?? "").split(separator: ":").map(String.init) + usualFolders
        for (name, arguments) in commands(locale: locale) {
            for folder in folders where folder.hasPrefix("/") && access("\(folder)/\(name)", X_OK) == 0 {
                return ["\(folder)/\(name)"] + arguments
            }
        }
        return nil
    }

    private static func commands(locale: String?) -> [(String, [String])] {
        // espeak-ng knows a voice of each language by its bare name (ISO 639-1).
        let language = locale.map { $0.lowercased().prefix { $0.isLetter && $0.isASCII } } ?? ""
        let voice = (2...3).contains(language.count) ? ["-v", String(language)] : []
        return [
            ("espeak-ng", voice + ["--stdin", "--stdout"]), ("espeak", voice + ["--stdin", "--stdout"]),
        ]
    }
}
