import AGI
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
    public let uniqueID: String?
    public let callerID: String?
    public let channelType: String?
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
        members["unique id"] = uniqueID.map { .string($0) }
        members["caller"] = callerID.map { .string($0) }
        members["channel type"] = channelType.map { .string($0) }
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
        uniqueID = json["unique id"]?.string
        callerID = json["caller"]?.string
        channelType = json["channel type"]?.string
        self.seed = seed
        self.wallClock = wallClock
        showsContent = json["content"]?.bool ?? false
    }

    init(
        settings: [Setting], kind: CallLoop.Kind, uniqueID: String?, callerID: String?, channelType: String?,
        seed: UInt64, wallClock: Double, showsContent: Bool
    ) {
        self.settings = settings
        self.kind = kind
        self.uniqueID = uniqueID
        self.callerID = callerID
        self.channelType = channelType
        self.seed = seed
        self.wallClock = wallClock
        self.showsContent = showsContent
    }

    /// What Asterisk had said of the call.
    var environment: Environment {
        var environment = Environment()
        if let uniqueID { environment.receive(line: "agi_uniqueid: \(uniqueID)") }
        if let callerID { environment.receive(line: "agi_callerid: \(callerID)") }
        if let channelType { environment.receive(line: "agi_type: \(channelType)") }
        return environment
    }
}
