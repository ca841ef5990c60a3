import JSON
import Text

/// Messages of an endpoint's socket: packets of Socket.IO, which are digits and then JSON. Settings of a flow and the
/// words of its commands are shown, because the machine decides by them.
extension TraceMask {
    func packet(_ text: String) -> String {
        let type = text.utf8.prefix { (0x30...0x39).contains($0) }
        let rest = text.utf8.dropFirst(type.count)
        guard !type.isEmpty else { return body(Array(text.utf8)) }
        guard let json = try? JSON(parsing: rest) else {
            return String(decoding: type, as: UTF8.self) + self.text(String(decoding: rest, as: UTF8.self))
        }
        return String(decoding: type, as: UTF8.self) + packetJSON(json).text
    }

    /// The answer to an input by REST.
    func flow(_ body: [UInt8]) -> String {
        guard let json = try? JSON(parsing: body) else { return self.body(body) }
        return shown(json, of: "").text
    }

    private func packetJSON(_ json: JSON) -> JSON {
        guard let values = json.array, let name = values.first?.string else { return shown(json, of: "") }
        return .array([.string(name)] + values.dropFirst().map { shown($0, of: "") })
    }

    /// The same as `json`, with the members of the Flow's commands.
    private func shown(_ json: JSON, of name: String) -> JSON {
        let name = Self.plain(name)
        if Self.secret.contains(name), json.string != nil { return "token" }
        switch json {
        case .object(let members):
            // The flow may say of its own output that nothing of it is to be written down.
            let isSensitive = json["disableSensitiveLogging"]?.bool == true
            let mask = isSensitive ? TraceMask(showsContent: false) : self
            let isInput = members["URLToken"] != nil
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.map {
                        ($0, mask.shown($1, of: isInput && $0 == "text" ? "caller text" : $0))
                    }))
        case .array(let values): return .array(values.map { shown($0, of: name) })
        case .string, .integer, .number:
            // It may be made of the caller's number and of the token, which no trace holds.
            if name == "userid" { return "user" }
            if showsContent || Self.isSetting(name) { return json }
            // What the caller has pressed may have been an answer of a menu, which has another shape.
            if ["digits", "dtmf", "transcript", "caller text"].contains(name) { return "?" }
            if case .string(let value) = json { return .string(words(value, of: name)) }
            return self.json(json, of: name)
        case .null, .bool: return json
        }
    }

    private func words(_ value: String, of name: String) -> String {
        if Self.shown.contains(name) || Self.commands.contains(value.lowercased()) { return value }
        for scheme in ["sip:", "sips:", "tel:"] where value.hasPrefix(scheme) {
            return scheme + text(String(value.dropFirst(scheme.count)))
        }
        return value.contains("<") ? markup(value) : text(value)
    }

    /// Hides the words between the tags of SSML and the values of attributes, but for how long a break is.
    private func markup(_ value: String) -> String {
        var (result, tag, words) = ("", "", "")
        var isTag = false
        for character in value {
            switch character {
            case "<":
                result += text(words)
                (words, tag, isTag) = ("", "<", true)
            case ">" where isTag:
                result += attributes(tag + ">")
                isTag = false
            default: if isTag { tag.append(character) } else { words.append(character) }
            }
        }
        return result + (isTag ? text(tag) : text(words))
    }

    private func attributes(_ tag: String) -> String {
        if tag.lowercased().hasPrefix("<break") { return tag }
        return tag.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset.isMultiple(of: 2) ? String($0.element) : text(String($0.element)) }
            .joined(separator: "\"")
    }

    /// Whether a member is a setting of a flow, by its plain name.
    private static func isSetting(_ name: String) -> Bool {
        let parts = [
            "timeout", "retries", "mindigits", "maxdigits", "numdigits", "submit", "finishonkey", "duration", "loop",
            "timelimit", "wordcount", "minimunwords", "pinginterval", "seekoffset",
        ]
        return parts.contains { Array(name.utf8).holds(Array($0.utf8)) } || ["mode", "nextturn"].contains(name)
    }

    /// Words of commands and events, whatever member they stand in.
    private static let commands: Set<String> = [
        "play", "say", "hangup", "dial", "sip:refer", "sip:request", "dtmf", "config", "gather", "dub", "refer",
        "promt",
        "prompt", "setsessionconfig", "event", "message", "handover", "transfer", "playurl", "sendmetadata",
        "startcallrecording", "stopcallrecording", "termination", "forward", "play-stop", "inactivity-start",
        "inactivity-stop", "recording-start", "recording-stop", "speech", "digits", "phone", "sip", "user", "output",
        "error", "finalping", "regular", "cognigystopflow", "bot", "agent", "device", "asterisk", "number",
        "multiplechoice", "ssml", "call_created", "recognized_dtmf", "recognized_speech", "user_input_timeout",
        "transfer_dial_success", "transfer_dial_error", "transfer_refer_success", "transfer_refer_error",
        "call_completed", "greeting", "inactive",
    ]
}
