import JSON

/// One command for Voice Gateway 2: a verb of jambonz and its members.
struct Verb {
    enum Name: String, CaseIterable {
        // In the order in which several of one object are carried out, because an object has no order of its own.
        case config, say, play, gather, dtmf
        case request = "sip:request"
        case dub, dial
        case refer = "sip:refer"
        case hangup

        init?(word: String) {
            let word = word.lowercased()
            switch word.filter({ $0 != "_" && $0 != "-" && $0 != ":" && $0 != " " }) {
            case "setsessionconfig", "sessionconfig": self = .config
            case "speak": self = .say
            case "playurl": self = .play
            case "senddtmf": self = .dtmf
            case "siprequest", "sendsiprequest": self = .request
            case "transfer", "handover": self = .dial
            case "siprefer", "refer": self = .refer
            case "hangup": self = .hangup
            default:
                guard let name = Name(rawValue: word) else { return nil }
                self = name
            }
        }
    }

    enum Reading {
        case verb(Name, JSON)
        /// A verb that this program does not know.
        case unknown(String)
        case malformed(String)
    }

    /// How deep lists of verbs may lie in lists.
    private static let deepest = 4

    /// The verbs in any of the four shapes in which nodes emit them: one verb, a list, an object whose names are the verbs,
    /// and a config alone.
    static func read(_ json: JSON, depth: Int = 0) -> [Reading] {
        if let list = json.array {
            if depth >= deepest { return [.malformed("lists of verbs in lists of verbs")] }
            // One more than can be carried out, so that the complaint is made.
            return list.prefix(StepList.most + 1).flatMap { read($0, depth: depth + 1) }
        }
        guard json.object != nil else { return [.malformed("a verb that is no object")] }
        let body = Body(json)
        if body.names.isEmpty { return [] }
        if let word = body["verb"] {
            guard let word = word.words else { return [.malformed("a verb whose name is no text")] }
            return [Name(word: word).map { .verb($0, json) } ?? .unknown(word.shortened)]
        }
        let keyed = Name.allCases.compactMap { name in body[name.rawValue].flatMap { reading(name, $0) } }
        if !keyed.isEmpty { return keyed }
        // Without a verb the name of the command may stand in one of these. The documents do not say which.
        let words = [body["action"], body["type"], body["name"], body["command"]].compactMap { $0?.words }
        if let name = words.compactMap(Name.init(word:)).first { return [.verb(name, json)] }
        if body["record"] != nil || SessionConfig(reading: json).namesAnything { return [.verb(.config, json)] }
        if let word = words.first { return [.unknown(word.shortened)] }
        if body.names.count == 1, let name = body.names.first, body[name]?.object != nil {
            return [.unknown(name.shortened)]
        }
        return [.malformed("a command without a verb: \(body.names.prefix(5).joined(separator: ", ").shortened)")]
    }

    /// The verb under its own name; nil where this member is something else of the same name.
    private static func reading(_ name: Name, _ value: JSON) -> Reading? {
        switch name {
        case .say: value.object != nil ? .verb(.say, value) : value.words.map { .verb(.say, ["text": .string($0)]) }
        case .play:
            value.object != nil
                ? .verb(.play, value)
                : value.list.isEmpty ? nil : .verb(.play, ["url": .array(value.list.map(JSON.string))])
        case .dtmf:
            // A config has a member of this name too.
            Body(value)["dtmf", "digits"]?.string != nil
                ? .verb(.dtmf, value) : value.string.map { .verb(.dtmf, ["dtmf": .string($0)]) }
        case .hangup: value.bool == false ? nil : .verb(.hangup, value)
        default: value.object != nil ? .verb(name, value) : nil
        }
    }
}
