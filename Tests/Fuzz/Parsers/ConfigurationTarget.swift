import Text

@testable import Configuration

extension Target {
    /// A configuration file, behind a first line that holds arguments and variables of the environment. It is read into
    /// settings or refused in one line that is not endless and shows no secret. What was read is read as the same again.
    static let configuration = Target(name: "configuration") { bytes in
        let parts = bytes.split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
        let words = String(Array(parts[0])).split(separator: "\u{1}").map(String.init)
        let variables = words.filter { $0.hasPrefix("COGNIGY_") && $0.contains("=") }
        let environment = Dictionary(
            variables.map { word in
                let equals = word.firstIndex(of: "=") ?? word.startIndex
                return (String(word[..<equals]), String(word[equals...].dropFirst()))
            }, uniquingKeysWith: { $1 })
        let arguments = words.filter { !$0.hasPrefix("COGNIGY_") }
        let text = parts.count > 1 ? String(Array(parts[1])) : ""
        // A secret in a file of its own would be read from this machine's disk.
        if (text + words.joined()).contains("_file") { return }
        for role in [Settings.Role.bridge, .voice, .assist, .widget] {
            do throws(ConfigurationError) {
                let settings = try Settings.parse(
                    text, fileName: "fuzz.conf", environment: environment, arguments: arguments, for: role)
                let again = try? Settings.parse(
                    text, fileName: "fuzz.conf", environment: environment, arguments: arguments, for: role)
                demand("\(settings)" == again.map { "\($0)" }, "the same is read as the same")
                demand(!"\(settings)".contains(secret), "no dump shows a secret")
            } catch {
                let line = error.description
                demand(!line.unicodeScalars.contains(where: \.isControlOrLineBreak), "a message is one line")
                demand(!line.contains(secret), "no message shows a secret")
                demand(line.utf8.count < 4096, "a message is not endless")
            }
        }
    }

    /// Seeds put it where a secret belongs.
    private static let secret = "s3cr3t-of-fuzz"

    /// A setting's value as it stands in a file, for every key that there is: each reader takes any text.
    static let settings = Target(name: "configuration-values") { bytes in
        guard let index = bytes.first else { return }
        let key = Schema.keys[Int(index) % Schema.keys.count]
        if key.name.hasSuffix("_file") { return }
        let value = String(Array(bytes.dropFirst())).filter { $0 != "\n" && $0 != "\r\n" }
        var settings = Settings()
        do throws(ConfigurationError) {
            let entry = try Entry(key, value, .file("f", line: 1, section: key.section, key: key.name))
            try key.apply(&settings, entry)
        } catch {
            demand(!error.description.unicodeScalars.contains(where: \.isControlOrLineBreak), "a message is one line")
            demand(error.description.utf8.count < 2048, "a message is not endless")
        }
    }
}
