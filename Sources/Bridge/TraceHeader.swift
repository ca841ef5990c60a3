import AGI
import Call
import JSON

/// The first line of a trace: what a call's machine is made of.
public struct TraceHeader {
    public struct Setting {
        public let section: String
        public let name: String
        public let value: String
    }

    public let settings: [Setting]
    public let kind: CallLoop.Kind
    /// What Asterisk had said of the call, as far as the machine is made of it.
    public let call: [String: String]
    public let seed: UInt64
    public let wallClock: Double
    public let showsContent: Bool

    var json: JSON {
        var members: [String: JSON] = [
            "trace": 1, "seed": .string(String(seed)), "wall clock": .number(wallClock), "content": .bool(showsContent),
            "settings": .array(
                settings.map {
                    ["section": .string($0.section), "name": .string($0.name), "value": .string($0.value)]
                }),
        ]
        members["call"] = .object(call.mapValues { .string($0) })
        switch kind {
        case .bridge: members["kind"] = "bridge"
        case .voice: members["kind"] = "voice"
        case .handoff(let queue, let sessionID, let variables):
            members["kind"] = "handoff"
            members["queue"] = .string(queue)
            members["session"] = .string(sessionID)
            members["variables"] = .object(variables.mapValues { .string($0) })
        }
        return .object(members)
    }

    /// nil: this is no trace, or one that a later version wrote.
    public init?(json: JSON) {
        guard json["trace"]?.number == 1, let seed = json["seed"]?.string.flatMap({ UInt64($0) }),
            let wallClock = json["wall clock"]?.number, let settings = json["settings"]?.array
        else { return nil }
        switch json["kind"]?.string {
        case "bridge": kind = .bridge
        case "voice": kind = .voice
        case "handoff":
            kind = .handoff(
                queue: json["queue"]?.string ?? "", sessionID: json["session"]?.string ?? "",
                variables: (json["variables"]?.object ?? [:]).compactMapValues(\.string))
        default: return nil
        }
        self.settings = settings.map {
            Setting(
                section: $0["section"]?.string ?? "", name: $0["name"]?.string ?? "", value: $0["value"]?.string ?? "")
        }
        call = (json["call"]?.object ?? [:]).compactMapValues(\.string)
        self.seed = seed
        self.wallClock = wallClock
        showsContent = json["content"]?.bool ?? false
    }

    init(
        settings: [Setting], kind: CallLoop.Kind, environment: Environment, mask: TraceMask, seed: UInt64,
        wallClock: Double
    ) {
        self.settings = settings
        self.kind = kind
        var call: [String: String] = [:]
        for name in Self.plainNames { call[name] = environment[name] }
        for name in Self.maskedNames { call[name] = environment[name].map { mask.text($0) } }
        self.call = call
        self.seed = seed
        self.wallClock = wallClock
        showsContent = mask.showsContent
    }

    private static let plainNames = ["uniqueid", "type"]
    /// Numbers and names of people.
    private static let maskedNames = ["callerid", "calleridname", "dnid", "extension"]

    /// What Asterisk had said of the call.
    var environment: Environment {
        var environment = Environment()
        for (name, value) in call { environment.receive(line: "agi_\(name): \(value)") }
        return environment
    }
}
