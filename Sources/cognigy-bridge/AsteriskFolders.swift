import Glibc
import System

/// Where this machine's Asterisk looks: what asterisk.conf says, or the folders that it was built with, which are Debian's or
/// Asterisk's own.
enum AsteriskFolders {
    /// AGI programs; nil: no Asterisk is here.
    static func programs(_ environment: [String: String]) -> String? {
        named("astagidir", environment)
            ?? ["/usr/share/asterisk/agi-bin", "/var/lib/asterisk/agi-bin"].first { access($0, F_OK) == 0 }
    }

    /// Sounds, below which each language has a folder.
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

    /// A section with (!) is a template: Asterisk takes nothing from it.
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
