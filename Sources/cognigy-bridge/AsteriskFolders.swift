import Glibc
import System

/// The folders of this machine's Asterisk: those in asterisk.conf, or the built-in ones of Debian or of Asterisk itself.
enum AsteriskFolders {
    /// The folder of AGI programs; nil: this machine has no Asterisk.
    static func programs(_ environment: [String: String]) -> String? {
        named("astagidir", environment)
            ?? ["/usr/share/asterisk/agi-bin", "/var/lib/asterisk/agi-bin"].first { access($0, F_OK) == 0 }
    }

    /// The folder of sounds, with a folder for each language.
    static func sounds(_ environment: [String: String]) -> String {
        if let data = named("astdatadir", environment) { return "\(data)/sounds" }
        let debian = "/usr/share/asterisk/sounds"
        return access(debian, F_OK) == 0 ? debian : "/var/lib/asterisk/sounds"
    }

    private static func named(_ key: String, _ environment: [String: String]) -> String? {
        let file = "\(environment["AST_CONFIG_DIR"] ?? "/etc/asterisk")/asterisk.conf"
        guard let content = try? AtomicFile.read(file, limit: 1 << 20, owner: .anyone, forbidden: 0) else { return nil }
        return value(of: key, in: String(decoding: content.bytes, as: UTF8.self))
    }

    /// Reads a key of [directories]. A section with (!) is a template, from which Asterisk takes nothing.
    private static func value(of key: String, in text: String) -> String? {
        var isDirectories = false
        var value: String?
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != ";" }.split { " \t=>".contains($0) }
            if words.first?.hasPrefix("[") == true {
                isDirectories = words.first == "[directories]"
            } else if isDirectories, words.count == 2, words[0] == key {
                value = String(words[1])
            }
        }
        return value
    }
}
