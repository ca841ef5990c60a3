import AGI
import Cognigy
import Errands
import HTTP
import JSON
import WebSocket

/// An event as a line of a trace, and back. What is written is what happened, but for what `TraceMask` hides; speech is
/// its length.
extension Event {
    public func json(_ mask: TraceMask) -> JSON {
        switch self {
        case .start: "start"
        case .pipeEnded: "pipe ended"
        case .hangup: "hangup"
        case .terminate: "terminate"
        case .stopPrompt: "stop prompt"
        case .speechBegan: "speech began"
        case .speechIsSure: "speech is sure"
        case .speechGoesOn: "speech goes on"
        case .tick: "tick"
        case .silence(let silence):
            ["silence": silence.map { ["narrow": .string($0.narrow), "wide": .string($0.wide)] } ?? false]
        case .memory(let memory): ["memory": memory.json(mask)]
        case .warning(let text): ["warning": .string(text)]
        case .connect(let refusal): ["connect": refusal?.json ?? true]
        case .reply(let reply): ["reply": .string(reply.line(mask))]
        case .token(let state): ["token": state.json]
        case .response(.input, let result): ["for": "input", "response": result.json(mask, isFlow: true)]
        case .response(let purpose, let result):
            [
                "for": .string(purpose.rawValue),
                "response": result.json(mask, isSpoken: purpose == .recognition),
            ]
        case .errand(let kind, .token(let state)): ["errand": .string(kind.rawValue), "token": state.json]
        case .errand(let kind, .response(let number, let result)):
            [
                "errand": .string(kind.rawValue), "number": .integer(number),
                "response": result.json(mask, isErrand: true),
            ]
        case .socket(let event): ["socket": event.json(mask)]
        case .unsent(let key): ["unsent": .string(mask.key(key.key))]
        case .unsentInput(let input): ["unsent input": .integer(input)]
        case .prepared(let id, let sound, let loss): Self.prepared(id, sound, loss, mask)
        case .read(let count): ["read": .integer(count)]
        case .words(let text, let isFinal): ["words": .string(mask.spoken(text)), "final": .bool(isFinal)]
        case .speech(let samples): ["speech": .integer(samples.count)]
        case .speechPauses(let samples): ["speech pauses": .integer(samples.count)]
        case .slot(let isTaken): ["slot": .bool(isTaken)]
        }
    }

    private static func prepared(
        _ id: Playlist.ID, _ sound: Playlist.Sound?, _ loss: Loss?, _ mask: TraceMask
    ) -> JSON {
        var members: [String: JSON] = ["prepared": .integer(id)]
        switch sound {
        case .file(let path): members["file"] = .string(path)
        case .growing(let path): members["growing"] = .string(path)
        case .number(let number, let isSensitive):
            members["number"] = .integer(mask.hiding(isSensitive).number(number))
        case nil: break
        }
        if let loss { members["loss"] = ["kind": .string(loss.kind.rawValue), "why": .string(loss.why)] }
        return .object(members)
    }

    /// nil: this is no event that this version knows.
    public init?(_ json: JSON) {
        if let word = json.string {
            let words: [String: Event] = [
                "start": .start, "pipe ended": .pipeEnded, "hangup": .hangup, "terminate": .terminate,
                "stop prompt": .stopPrompt, "speech began": .speechBegan, "speech is sure": .speechIsSure,
                "speech goes on": .speechGoesOn,
                "tick": .tick,
            ]
            guard let event = words[word] else { return nil }
            self = event
            return
        }
        guard let event = Self.compound(json) else { return nil }
        self = event
    }

    private static func compound(_ json: JSON) -> Event? {
        if let silence = json["silence"] {
            guard let narrow = silence["narrow"]?.string, let wide = silence["wide"]?.string else {
                return .silence(nil)
            }
            return .silence(Handset.Silence(narrow: narrow, wide: wide))
        }
        if let memory = json["memory"] {
            return .memory(DialogMemory(lastIntent: memory["intent"]?.string, sessionData: memory["data"] ?? [:]))
        }
        if let text = json["warning"]?.string { return .warning(text) }
        if let refusal = json["connect"] { return .connect(refusal: Ending(json: refusal)) }
        if let line = json["reply"]?.string {
            var parser = ReplyParser()
            return parser.receive(line: line).map { .reply($0) }
        }
        if let name = json["errand"]?.string {
            guard let kind = Errand.Kind(rawValue: name) else { return nil }
            if let token = json["token"] { return TokenState(json: token).map { .errand(kind, .token($0)) } }
            guard let number = json["number"]?.whole, let result = json["response"] else { return nil }
            return Self.result(result).map { .errand(kind, .response(number, $0)) }
        }
        if let token = json["token"] { return TokenState(json: token).map { .token($0) } }
        if let result = json["response"] {
            guard let purpose = json["for"]?.string.flatMap({ Purpose(rawValue: $0) }) else { return nil }
            return Self.result(result).map { .response(purpose, $0) }
        }
        if let event = json["socket"] { return SocketEvent(json: event).map { .socket($0) } }
        if let key = json["unsent"]?.string?.first { return DTMF(key).map { .unsent($0) } }
        if let input = json["unsent input"]?.whole { return .unsentInput(input) }
        if let id = json["prepared"]?.whole { return .prepared(id, sound(json), loss(json)) }
        if let count = json["read"]?.whole { return .read(count) }
        if let text = json["words"]?.string { return .words(text, isFinal: json["final"]?.bool ?? false) }
        if let count = json["speech"]?.whole, (0...10_000_000).contains(count) {
            return .speech([Int16](repeating: 0, count: count))
        }
        if let count = json["speech pauses"]?.whole, (0...10_000_000).contains(count) {
            return .speechPauses([Int16](repeating: 0, count: count))
        }
        return json["slot"]?.bool.map { .slot(isTaken: $0) }
    }

    private static func sound(_ json: JSON) -> Playlist.Sound? {
        json["file"]?.string.map { .file($0) } ?? json["growing"]?.string.map { .growing($0) }
            ?? json["number"]?.whole.map { .number($0) }
    }

    private static func loss(_ json: JSON) -> Loss? {
        guard let loss = json["loss"], let kind = loss["kind"]?.string.flatMap({ Loss.Kind(rawValue: $0) }) else {
            return nil
        }
        return Loss(kind: kind, why: loss["why"]?.string ?? "")
    }

    private static func result(_ json: JSON) -> Result<Response, Failure>? {
        if let status = json["status"]?.whole {
            return .success(
                Response(
                    status: status, retryAfter: json["retry after"]?.string,
                    body: Array((json["body"]?.string ?? "").utf8)))
        }
        return Failure(json: json).map { .failure($0) }
    }
}

// MARK: - The parts of an event

extension Reply {
    func line(_ mask: TraceMask) -> String {
        switch self {
        case .success(let value, let text, let endpos):
            "200 result=\(mask.result(value))\(text.map { " (\(mask.answer($0)))" } ?? "")\(endpos.map { " endpos=\($0)" } ?? "")"
        case .invalidCommand: "510 Invalid or unknown command"
        case .deadChannel: "511 Command Not Permitted on a dead channel or intercept routine"
        case .wrongUsage: "520 End of proper usage."
        case .hangup: "HANGUP"
        }
    }
}

extension TokenState {
    fileprivate var json: JSON {
        switch self {
        case .found(_, let ahead): ["ahead": .bool(ahead)]
        case .mayFetch: "may fetch"
        case .busy: "busy"
        }
    }

    fileprivate init?(json: JSON) {
        switch json {
        case "may fetch": self = .mayFetch
        case "busy": self = .busy
        default:
            guard let ahead = json["ahead"]?.bool else { return nil }
            self = .found("token", ahead: ahead)
        }
    }
}

extension Ending {
    fileprivate var json: JSON {
        [
            "status": .string(status.rawValue), "reason": .string(reason),
            "detail": detail.map { .string($0) } ?? .null,
        ]
    }

    fileprivate init?(json: JSON) {
        guard let status = json["status"]?.string.flatMap({ Status(rawValue: $0) }), let reason = json["reason"]?.string
        else { return nil }
        self.init(status, reason, detail: json["detail"]?.string)
    }
}

extension Result<Response, Failure> {
    /// `isErrand`: what a refusal says is shown to people.
    /// `isFlow`: it holds what a flow says, as a packet does.
    /// `isSpoken`: it holds what the caller has said.
    fileprivate func json(
        _ mask: TraceMask, isErrand: Bool = false, isFlow: Bool = false, isSpoken: Bool = false
    ) -> JSON {
        switch self {
        case .success(let response) where isFlow:
            [
                "status": .integer(response.status), "retry after": response.retryAfter.map { .string($0) } ?? .null,
                "body": .string(mask.flow(response.body)),
            ]
        case .success(let response):
            [
                "status": .integer(response.status), "retry after": response.retryAfter.map { .string($0) } ?? .null,
                "body": .string(
                    mask.body(response.body, isError: isErrand && response.status >= 400, isSpoken: isSpoken)),
            ]
        case .failure(let failure): failure.json
        }
    }
}

extension Failure {
    fileprivate var json: JSON {
        switch self {
        case .unreachable(let why): ["failure": "unreachable", "why": .string(why)]
        case .timedOut(let why): ["failure": "timed out", "why": .string(why)]
        case .untrusted(let why): ["failure": "untrusted", "why": .string(why)]
        case .exhausted(let why): ["failure": "exhausted", "why": .string(why)]
        case .tooLarge: ["failure": "too large"]
        case .forbiddenAddress: ["failure": "forbidden address"]
        }
    }

    fileprivate init?(json: JSON) {
        let why = json["why"]?.string ?? ""
        switch json["failure"]?.string {
        case "unreachable": self = .unreachable(why)
        case "timed out": self = .timedOut(why)
        case "untrusted": self = .untrusted(why)
        case "exhausted": self = .exhausted(why)
        case "too large": self = .tooLarge
        case "forbidden address": self = .forbiddenAddress
        default: return nil
        }
    }
}

extension SocketEvent {
    fileprivate func json(_ mask: TraceMask) -> JSON {
        switch self {
        case .connected: "connected"
        case .opened: "opened"
        case .alive: "alive"
        case .failed(let failure): failure.json
        case .refused(let status, let retryAfter):
            ["refused": .integer(status), "retry after": retryAfter.map { .string($0) } ?? .null]
        case .text(let text): ["text": .string(mask.packet(text, isInput: false))]
        case .closed(let code, let reason):
            ["closed": code.map { .integer(Int($0.rawValue)) } ?? false, "reason": .string(reason)]
        }
    }

    fileprivate init?(json: JSON) {
        switch json {
        case "connected": self = .connected
        case "opened": self = .opened
        case "alive": self = .alive
        default:
            if let failure = Failure(json: json) {
                self = .failed(failure)
            } else if let status = json["refused"]?.whole {
                self = .refused(status: status, retryAfter: json["retry after"]?.string)
            } else if let text = json["text"]?.string {
                self = .text(text)
            } else if let code = json["closed"] {
                self = .closed(
                    code.whole.flatMap { UInt16(exactly: $0) }.map { CloseCode(rawValue: $0) },
                    reason: json["reason"]?.string ?? "")
            } else {
                return nil
            }
        }
    }
}

extension DialogMemory {
    func json(_ mask: TraceMask) -> JSON {
        ["intent": lastIntent.map { .string(mask.text($0)) } ?? .null, "data": mask.json(sessionData)]
    }
}

extension JSON {
    /// A whole number; nil for what is too large to be one, too.
    public var whole: Int? { number.flatMap { Int(exactly: $0) } }
}
