import System
import Text

/// One setting: its name, and how its value changes the settings.
struct Key: Sendable {
    let section: String
    let name: String
    /// The field that the key sets. Keys that exclude each other set the same field.
    let field: String
    let isSecret: Bool
    let apply: @Sendable (inout Settings, Entry) throws(ConfigurationError) -> Void

    init<Value>(
        _ section: String, _ name: String, _ read: @escaping Reader<Value>, field: String? = nil, secret: Bool = false,
        set: @escaping @Sendable (inout Settings, Value) -> Void
    ) {
        self.section = section
        self.name = name
        self.field = field ?? name
        isSecret = secret
        apply = { settings, entry throws(ConfigurationError) in set(&settings, try read(entry)) }
    }

    func setsFieldOf(_ other: Key) -> Bool { section == other.section && field == other.field }

    /// COGNIGY_KEY for [cognigy], COGNIGY_SECTION_KEY for the rest.
    var environmentName: String { Key.environmentName(section, name) }

    /// The setting of an environment variable. Every call looks for some, so the names of all settings are not written out.
    static func named(inEnvironment variable: String) -> Key? {
        let words = variable.dropFirst("COGNIGY_".utf8.count).lowercased()
        for section in Schema.sections where section == "cognigy" || words.hasPrefix(section + "_") {
            let name = section == "cognigy" ? words : String(words.dropFirst(section.utf8.count + 1))
            if let key = Schema.key(section, name), key.environmentName == variable { return key }
        }
        return nil
    }

    static func environmentName(_ section: String, _ name: String) -> String {
        (section == "cognigy" ? "COGNIGY_\(name)" : "COGNIGY_\(section)_\(name)").uppercased()
    }
}

/// A value as it was written, and its place.
struct Entry: Sendable {
    let key: Key
    let text: String
    let origin: Origin

    init(_ key: Key, _ text: String, _ origin: Origin) throws(ConfigurationError) {
        if text.isEmpty { throw origin.error("has no value", "give it one or remove it") }
        if text.unicodeScalars.contains(where: \.isControlOrLineBreak) {
            throw origin.error("contains a control character", "remove it")
        }
        self.key = key
        self.text = text
        self.origin = origin
    }

    func error(_ problem: String, _ remedy: String) -> ConfigurationError { origin.error(problem, remedy) }

    /// A secret that lies in a file is written down as if it had been given here. Of an endpoint its server is no secret.
    func written(_ settings: Settings) -> Settings.Source.Entry {
        let isSecret = key.isSecret || key.name != key.field && key.name.hasSuffix("_file")
        let secret = key.field == "endpoint_url" ? "\(settings.cognigy.endpoint?.server ?? "")/a-secret" : "secret"
        return Settings.Source.Entry(
            section: key.section, name: isSecret ? key.field : key.name, value: isSecret ? secret : text)
    }
}
