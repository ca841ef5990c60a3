import Cognigy
import JSON
import Text

/// Messages of an endpoint's socket: packets of Socket.IO, which are digits and then JSON. Settings of a flow and the
/// words of its commands are shown, because the machine decides by them, and none of its other words.
extension TraceMask {
    /// `isInput`: it goes to the flow.
    func packet(_ text: String, isInput: Bool) -> String {
        let type = text.utf8.prefix { (0x30...0x39).contains($0) }
        let rest = text.utf8.dropFirst(type.count)
        guard !type.isEmpty else { return body(Array(text.utf8)) }
        guard let json = try? JSON(parsing: rest) else {
            return String(decoding: type, as: UTF8.self) + self.text(String(decoding: rest, as: UTF8.self))
        }
        return String(decoding: type, as: UTF8.self) + packetJSON(json, isInput).text
    }

    /// The answer to an input by REST.
    func flow(_ body: [UInt8]) -> String {
        guard let json = try? JSON(parsing: body) else { return self.body(body) }
        // The whole answer repeats what its parts say.
        let isSensitive = json["outputStack"]?.array?.contains { $0["disableSensitiveLogging"]?.bool == true }
        return hiding(isSensitive == true).shown(json, of: "", isInput: false).text
    }

    private func packetJSON(_ json: JSON, _ isInput: Bool) -> JSON {
        guard let values = json.array, let name = values.first?.string else {
            return shown(json, of: "", isInput: isInput)
        }
        return .array([.string(name)] + values.dropFirst().map { shown($0, of: "", isInput: isInput) })
    }

    /// The same as `json`, with the members of the Flow's commands.
    private func shown(_ json: JSON, of name: String, isInput: Bool) -> JSON {
        let name = Secrets.plain(name)
        if Secrets.isName(name), json.string != nil { return "token" }
        switch json {
        case .object(let members):
            // The flow may say of its own output that nothing of it is to be written down.
            let mask = hiding(json["disableSensitiveLogging"]?.bool == true)
            let isWhole = isInput && members["URLToken"] != nil
            return .object(
                Dictionary(
                    uniqueKeysWithValues: members.map {
                        ($0, mask.shown($1, of: isWhole && $0 == "text" ? "callerText" : $0, isInput: isInput))
                    }))
        case .array(let values): return .array(values.map { shown($0, of: name, isInput: isInput) })
        case .string, .integer, .number:
            // It may be made of the caller's number and of the token, which no trace holds.
            if name == "userid" { return "user" }
            if showsContent || Self.isSetting(name, json) || isInput && name == "sessionid" { return json }
            // What the caller has pressed may have been an answer of a menu, which has another shape.
            if isInput, ["digits", "dtmf", "transcript", "callertext"].contains(name) { return "?" }
            // These may stand for a truth.
            if ["true", "false", 0, 1].contains(json) { return json }
            // The flow's own keys for the caller's telephone.
            if ["digits", "dtmf"].contains(name), let keys = json.string { return .string(self.keys(keys)) }
            guard case .string(let value) = json else { return self.json(json) }
            // An object or a list may be written as a text.
            if let inner = try? JSON(parsing: value.utf8), inner.object != nil || inner.array != nil {
                return .string(shown(inner, of: name, isInput: isInput).text)
            }
            return .string(words(value))
        case .null, .bool: return json
        }
    }

    private func words(_ value: String) -> String {
        if Self.commands.contains(Self.command(value)) { return value }
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

    /// Whether a member is a setting of a flow, by its plain name and its value: a number, a key, or a known word.
    private static func isSetting(_ name: String, _ json: JSON) -> Bool {
        let parts = [
            "timeout", "retries", "mindigits", "maxdigits", "numdigits", "submit", "finishonkey", "duration", "loop",
            "timelimit", "wordcount", "minimunwords", "pinginterval", "seekoffset",
        ]
        let isNamed =
            parts.contains { Array(name.utf8).holds(Array($0.utf8)) } || ["mode", "nextturn"].contains(name)
        guard isNamed, case .string(let value) = json else { return isNamed }
        let isKey = value.count == 1 || value.count == 6 && value.uppercased().hasPrefix("DTMF_")
        return isKey || json.number != nil || commands.contains(command(value))
    }

    /// Commands are found in any case and however their words are joined.
    private static func command(_ value: String) -> String {
        value.lowercased().filter { $0 != "_" && $0 != "-" && $0 != ":" && $0 != " " }
    }

    /// Words of commands and events, whatever member they stand in.
    private static let commands: Set<String> = [
        "play", "say", "speak", "hangup", "dial", "siprefer", "siprequest", "sendsiprequest", "info", "notify", "dtmf",
        "senddtmf", "config", "sessionconfig", "setsessionconfig", "gather", "dub", "refer", "promt", "prompt", "event",
        "message", "handover", "transfer", "playurl", "sendmetadata", "startcallrecording", "stopcallrecording",
        "termination", "forward", "playstop", "inactivitystart", "inactivitystop", "recordingstart", "recordingstop",
        "transcriptionswitch", "aggregationstart", "aggregationstop", "changedefaults", "speech", "digits", "phone",
        "sip", "user", "output", "error", "finalping", "regular", "cognigystopflow", "bot", "agent", "device",
        "asterisk", "number", "multiplechoice", "ssml", "callcreated", "recognizeddtmf", "recognizedspeech",
        "userinputtimeout", "transferdialsuccess", "transferdialerror", "transferrefersuccess", "transferrefererror",
        "callcompleted", "greeting", "inactive",
    ]
}
