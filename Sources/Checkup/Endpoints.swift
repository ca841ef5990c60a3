/// The telephones and trunks of PJSIP.
public enum Endpoints {
    /// In bytes: the console cuts what is longer (ast_sip_cli_print_endpoint_body).
    static let longest = 40

    /// Their names, from `pjsip list endpoints`. Those that the console may have cut are left out.
    public static func names(_ answer: String) -> [String] {
        ConsoleText.lines(answer).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count > 2, words[0] == "Endpoint:", !words[1].hasPrefix("<") else { return nil }
            // Behind the slash is its caller id.
            let name = words[1].prefix { $0 != "/" }
            return name.utf8.count <= longest ? String(name) : nil
        }
    }

    /// The codecs that one may use, from `pjsip show endpoint NAME`.
    public static func codecs(_ answer: String) -> [String] {
        value("allow", answer)?.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init) ?? []
    }

    /// After how many seconds one who sends no sound is hung up; 0: never.
    public static func timeout(_ answer: String) -> Int { value("rtp_timeout", answer).flatMap { Int($0) } ?? 0 }

    /// In seconds: for so long a caller may well listen with the microphone off.
    public static let leastTimeout = 60

    private static func value(_ name: Substring, _ answer: String) -> Substring? {
        for line in ConsoleText.lines(answer) {
            let words = line.split(separator: " ")
            if words.count >= 3, words[0] == name, words[1] == ":" { return words[2] }
        }
        return nil
    }
}
