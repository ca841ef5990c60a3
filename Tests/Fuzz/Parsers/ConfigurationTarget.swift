import Text

@testable import Configuration

extension Target {
    /// A configuration file, behind arguments and variables of the environment in its first line. The first bytes
    /// say who reads it, and behind which of its lines one with a secret is written. The file is read into settings or refused in one line that is
    /// not endless; neither shows the secret.
    static let configuration = Target(name: "configuration") { bytes in
        var draw = Draw(bytes)
        let role = draw.one(of: [Settings.Role.bridge, .voice, .assist, .widget])
        let (kind, place) = (draw.number(below: secretLines.count), draw.number(below: 256))
        let parts = draw.remainder().split(separator: 10, maxSplits: 1, omittingEmptySubsequences: false)
        let words = String(Array(parts[0])).split(separator: "\u{1}").map(String.init)
        let variables = words.filter { $0.hasPrefix("COGNIGY_") && $0.contains("=") }
        let environment = Dictionary(
            variables.map { word in
                let equals = word.firstIndex(of: "=") ?? word.startIndex
                return (String(word[..<equals]), String(word[equals...].dropFirst()))
            }, uniquingKeysWith: { $1 })
        let arguments = words.filter { !$0.hasPrefix("COGNIGY_") }
        var lines = String(parts.count > 1 ? Array(parts[1]) : []).split(
            separator: "\n", omittingEmptySubsequences: false
        ).map(String.init)
        // A secret in a file of its own would be read from this machine's disk.
        if (lines + words).contains(where: { $0.contains("_file") }) { return }
        lines.insert(secretLines[kind], at: min(place, lines.count))
        let text = lines.joined(separator: "\n")
        do throws(ConfigurationError) {
            let settings = try Settings.parse(
                text, fileName: "fuzz.conf", environment: environment, arguments: arguments, for: role)
            demand(!"\(settings)".contains(secret), "no dump shows a secret")
        } catch {
            let line = error.description
            demand(!line.unicodeScalars.contains(where: \.isControlOrLineBreak), "a message is one line")
            demand(!line.contains(secret), "no message shows a secret: \(line)")
            demand(line.utf8.count < 4096, "a message is not endless")
        }
    }

    private static let secret = "S3cr3tOfFuzz"
    private static let secretLines = [
        "", secret, "\(secret)==", "[cognigy]\nclient_secret = \(secret)", "[cognigy]\napi_key=>\(secret)",
        "[cognigy]\nendpoint_url = https://endpoint.test/\(secret)", "[cognigy]\nendpoint_url = http://a/\(secret)",
        "[cognigy]\nproxy = http://u:\(secret)@proxy.test:3128", "[speech]\ntts_key = \(secret)",
        "[cognigy]\nproxy = u:\(secret)@proxy.test", "[cognigy]\nclient_secret \(secret)",
    ]

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
