import Glibc
import System

extension Settings {
    /// The keys that an AGI argument may set for its own call.
    public static let argumentNames: Set<String> = Set(Schema.arguments.keys).union([TenantFile.argument])

    public static let defaultFile = "/etc/asterisk/cognigy-bridge.conf"

    /// Loads the configuration file, then the environment, then the arguments (`key=value`) of this call, one of which may
    /// name another file.
    public static func load(
        environment: [String: String], arguments: [String], for role: Role = .bridge
    ) throws(ConfigurationError) -> Settings {
        let tenant = try TenantFile(among: arguments, beside: mainFile(environment))
        let path = tenant?.path ?? mainFile(environment)
        let file: ConfigurationFile?
        do throws(AtomicFile.Refusal) { file = try read(path) } catch {
            if error == .absent, let tenant { throw tenant.absence }
            let isNamed = tenant != nil || path != defaultFile || environment["COGNIGY_BRIDGE_CONF"] == defaultFile
            if error != .absent || isNamed { throw objection(to: path, error) }
            file = nil
        }
        let words = arguments.filter { !TenantFile.isNamed(by: $0) }
        return try merge(file, path, environment: environment, arguments: words, for: role)
    }

    /// The file that a call with these arguments reads; where they name none that can be, the main file.
    public static func file(environment: [String: String], arguments: [String] = []) -> String {
        (try? TenantFile(among: arguments, beside: mainFile(environment)))?.path ?? mainFile(environment)
    }

    /// The path of the state folder. Other errors of the configuration are reported when it is read as a whole.
    public static func statePath(environment: [String: String], arguments: [String] = []) -> String {
        path("state", environment, arguments) ?? Settings().paths.state
    }

    /// The file of metrics, and the file or folder of transcripts, in the same way; nil: there is none.
    public static func linePaths(environment: [String: String]) -> (metrics: String?, transcript: String?) {
        let paths = ["metrics", "transcript"].map { path($0, environment, []).flatMap { $0 == "off" ? nil : $0 } }
        return (paths[0], paths[1])
    }

    /// Whether calls are counted, in the same way.
    public static func counts(environment: [String: String], arguments: [String] = []) -> Bool {
        path("counters", environment, arguments).flatMap { Read.boolean($0) } ?? false
    }

    private static func path(_ name: String, _ environment: [String: String], _ arguments: [String]) -> String? {
        if let path = environment["COGNIGY_PATHS_\(name.uppercased())"]?.trimmed, !path.isEmpty { return path }
        let entries = (try? read(file(environment: environment, arguments: arguments)).entries()) ?? []
        return entries.first { $0.key.section == "paths" && $0.key.name == name }?.text
    }

    private static func mainFile(_ environment: [String: String]) -> String {
        environment["COGNIGY_BRIDGE_CONF"].flatMap { $0.isEmpty ? nil : $0 } ?? defaultFile
    }

    private static func read(_ path: String) throws(AtomicFile.Refusal) -> ConfigurationFile {
        // A user who may write the file could choose a program that runs as us.
        let content = try AtomicFile.read(wholePath(path), limit: 1 << 20, owner: .anyone, forbidden: 0o002)
        return ConfigurationFile(name: path, bytes: content.bytes, isWorldReadable: content.permissions & 0o004 != 0)
    }

    /// Loads the same from the text of a file that only its owner may read.
    public static func parse(
        _ text: String, fileName: String, environment: [String: String] = [:], arguments: [String] = [],
        for role: Role = .bridge
    ) throws(ConfigurationError) -> Settings {
        let file = ConfigurationFile(name: fileName, bytes: Array(text.utf8), isWorldReadable: false)
        return try merge(file, fileName, environment: environment, arguments: arguments, for: role)
    }

    private static func merge(
        _ file: ConfigurationFile?, _ path: String, environment: [String: String], arguments: [String],
        for role: Role
    ) throws(ConfigurationError) -> Settings {
        let variables = try Layers.environment(environment)
        if file == nil && variables.isEmpty {
            throw ConfigurationError(
                path, "does not exist",
                "copy the sample agi-bin/cognigy-bridge.conf there and set \(role.inWords) in it")
        }
        var layers = Layers()
        if let file { try layers.add(try file.entries()) }
        try layers.add(variables)
        try layers.add(try Layers.arguments(arguments))

        let names = ["base_url", "client_id", "client_secret", "flow_id", "api_key", "tenant", "bot_id", "dialog_id"]
        let isOlder =
            layers.entry("cognigy", "endpoint_url") == nil
            && names.contains { layers.entry("cognigy", $0) != nil }
        let required = isOlder ? role.required : role.requiredWithEndpoint
        let missing = required.filter { need in need.names.allSatisfy { layers.entry(need.section, $0) == nil } }
        if let section = missing.first?.section {
            let names = missing.filter { $0.section == section }.map(\.words).joined(separator: ", ")
            let verb = file == nil ? "does not exist, and the environment lacks" : "[\(section)] lacks"
            throw ConfigurationError(path, "\(verb) \(names)", "set what is missing")
        }
        let settings = try layers.settings()
        if role == .voice, settings.speech.tts == .none, let entry = layers.entry("speech", "tts") {
            throw entry.error("none leaves the speech channel without a voice", "remove it, or write auto")
        }
        return settings
    }

    private static func objection(to path: String, _ refusal: AtomicFile.Refusal) -> ConfigurationError {
        switch refusal {
        case .absent:
            ConfigurationError(path, "does not exist, but COGNIGY_BRIDGE_CONF names it", "name a file that exists")
        case .exposed:
            ConfigurationError(path, "everybody on this machine can change this file", "chmod 640 \(path)")
        case .tooLarge: ConfigurationError(path, "is larger than 1 MiB", "name a configuration file")
        case .notRegular, .symbolicLink, .foreign: ConfigurationError(path, "is not a file", "name a file")
        case .unreadable(let reason):
            ConfigurationError(path, "cannot be read (\(reason))", "let \(Account.words(geteuid())) read it")
        }
    }
}

extension Settings.Role {
    fileprivate var inWords: String {
        switch self {
        case .bridge: "endpoint_url_file"
        case .voice: "endpoint_url_file, stt_url and tts_url"
        case .handoff, .bargeIn, .assist, .widget: "base_url, client_id and client_secret_file"
        }
    }

    /// The same where an endpoint answers the callers: it needs no more than its URL, but it neither hears nor speaks.
    fileprivate var requiredWithEndpoint: [Need] {
        let endpoint = Need("cognigy", ["endpoint_url"], "endpoint_url_file (or endpoint_url)")
        return switch self {
        case .bridge: [endpoint]
        case .voice: [endpoint] + required.filter { $0.section == "speech" }
        case .handoff, .bargeIn, .assist, .widget: required
        }
    }

    /// The settings that must be set.
    fileprivate var required: [Need] {
        let client = [
            Need("cognigy", ["base_url"], "base_url (or instance)"), Need("cognigy", ["client_id"], "client_id"),
            Need("cognigy", ["client_secret"], "client_secret_file (or client_secret)"),
        ]
        let voice = [
            Need("cognigy", ["base_url", "tenant"], "tenant (or base_url)"),
            Need("cognigy", ["api_key"], "api_key_file (or api_key)"), Need("cognigy", ["bot_id"], "bot_id"),
            Need("cognigy", ["dialog_id"], "dialog_id"), Need("speech", ["stt_url"], "stt_url"),
            Need("speech", ["tts_url", "tts_command"], "tts_url or tts_command"),
        ]
        return switch self {
        case .bridge: client + [Need("cognigy", ["flow_id"], "flow_id")]
        case .voice: voice
        case .handoff, .bargeIn, .assist: client
        case .widget: []
        }
    }
}

/// A setting that must be set, by one of several keys, and the words for it.
private struct Need {
    let section: String
    let names: [String]
    let words: String

    init(_ section: String, _ names: [String], _ words: String) {
        self.section = section
        self.names = names
        self.words = words
    }
}
