import JSON

/// One message of a flow: the `data` of an `output` event of a Socket.IO Endpoint, or one entry of the `outputStack` of a
/// REST Endpoint.
///
/// The room Flow knows what a flow of Cognigy says to a caller and what it expects to hear, in each dialect in which flows
/// are written. It reads outputs into steps, and writes inputs. It knows no connection and no telephone system, and it
/// trusts nothing: each reader takes any JSON, has bounds, and leaves out only what it cannot use.
public struct FlowOutput: Equatable, Sendable {
    public enum Source: String, Sendable {
        case bot
        /// A person who has taken over from the flow. What they write is spoken as well.
        case agent
    }

    /// Empty where the output has none.
    public let text: String
    /// Whether nothing of this output may be logged: its member `disableSensitiveLogging`.
    public let isSensitive: Bool
    public let source: Source
    /// Whether it only says to which answer it belongs, or that an answer is complete. It is no message to the caller.
    public let isHousekeeping: Bool
    /// What is to be done, in this order: what the text needs, the text, the commands.
    public let steps: [FlowStep]

    /// Takes any JSON. What cannot be used becomes a step of its own, and the rest still counts.
    public init(_ json: JSON) {
        let text = json["text"]?.string ?? ""
        let data = FlowOutput.data(of: json)
        self.text = text
        isSensitive = json["disableSensitiveLogging"]?.bool ?? false
        source = json["source"]?.string.flatMap(Source.init) ?? .bot
        isHousekeeping = text.isBlank && FlowOutput.isHousekeeping(data)
        var list = StepList()
        if json["text"] != nil, json["text"]?.string == nil { list.add(.malformed("text is no string")) }
        list.addOutput(text: text, data: data)
        steps = list.steps
    }

    /// `data` as an object. A string that holds an object counts as that object.
    private static func data(of json: JSON) -> JSON {
        guard let data = json["data"] else { return [:] }
        return data.object == nil ? JSON.parsed(data) ?? [:] : data
    }

    private static func isHousekeeping(_ data: JSON) -> Bool {
        let marks: Set<String> = ["_messageId", "_finishReason"]
        guard let members = data.object?.filter({ $0.value != .null }), !members.isEmpty else { return false }
        return members.allSatisfy { name, value in
            if name != "_cognigy" { return marks.contains(name) }
            return value.object.map { !$0.isEmpty && marks.isSuperset(of: $0.keys) } ?? false
        }
    }
}

extension StepList {
    /// Adds what an output says. Of the members of `data._cognigy` and of `data._data._cognigy` the first counts, because
    /// the second repeats it. An output may hold the same command for Voice Gateway and for the gateway before it; then the
    /// former counts.
    fileprivate mutating func addOutput(text: String, data: JSON) {
        let parts = [data["_cognigy"], data["_data"]?["_cognigy"]].compactMap { $0 }
        var commands = StepList()
        if !commands.addVerbs(in: parts) { commands.addActivities(in: parts) }
        let replacesText = commands.addNodeCommand(in: data, text: text)
        commands.addVIERCommand(in: data)

        addVIERSettings(in: data)
        if !replacesText {
            let voiceText = addChannelConfig(in: parts)
            say(voiceText ?? text, isMarkup: data["interpretAs"]?.string?.lowercased() == "ssml")
            addRichContent(in: parts, needsWords: voiceText == nil && text.isBlank && !commands.isAudible)
        }
        add(commands)
    }

    private var isAudible: Bool {
        steps.contains { step in
            switch step {
            case .say, .play: true
            default: false
            }
        }
    }
}
