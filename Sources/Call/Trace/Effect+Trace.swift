import AGI
import Cognigy
import Errands
import HTTP
import JSON

/// An effect as a line of a trace. Of a request it shows the method, the path and the time, never a header nor a body.
extension Effect {
    /// What a trace shows of them, in their order.
    public static func json(_ effects: [Effect], _ mask: TraceMask) -> [JSON] {
        effects.compactMap { effect in
            switch effect {
            case .log(_, let text) where mask.hides(note: text): nil
            // The words stand in the events already, or in the prompts.
            case .remark: nil
            default: effect.json(mask)
            }
        }
    }

    public func json(_ mask: TraceMask) -> JSON {
        switch self {
        case .send(let command, let isSensitive): ["send": .string(command.shown(mask.hiding(isSensitive)))]
        case .findToken(let rejected, let alone):
            ["find token": ["rejected": .bool(rejected != nil), "alone": .bool(alone)]]
        case .storeToken: "store token"
        case .releaseToken: "release token"
        // The path to an endpoint is its token.
        case .request(.input, let request): ["for": "input", "host": .string(request.location.host)]
        case .request(let purpose, let request): ["for": .string(purpose.rawValue), "request": request.shown]
        case .cancel(let purpose): ["cancel": .string(purpose.rawValue)]
        case .errand(let kind, let wish): ["errand": .string(kind.rawValue), "wish": wish.shown]
        case .openSocket: "open socket"
        case .upgrade(let path, _): ["upgrade": .string(Location.withoutQuery(path))]
        case .sendKey(let key): ["send key": .string(mask.key(key.key))]
        case .sendText(let text, let input, let isSensitive):
            [
                "send text": .string(mask.hiding(isSensitive).packet(text, isInput: true)),
                "input": input.map { .integer($0) } ?? .null,
            ]
        case .sendPing: "send ping"
        case .closeSocket(let code): ["close socket": .integer(Int(code.rawValue))]
        case .abandonSocket: "abandon socket"
        case .prepare(let id, let order): ["prepare": .integer(id), "order": order.shown(mask)]
        case .discard(let id): ["discard": .integer(id)]
        case .sessionBegan(let id): ["session began": .string(id)]
        case .serviceWorks: "service works"
        case .serviceFails: "service fails"
        case .serviceUnknown: "service unknown"
        case .turn(let turn): ["turn": turn.shown(mask)]
        case .remark: ["remark": .null]
        case .takeSlot: "take slot"
        case .releaseSlot: "release slot"
        case .saveDialog(let memory): ["save dialog": memory.json(mask)]
        case .forgetDialog: "forget dialog"
        case .log(let level, let text): ["log": .string(level.rawValue), "text": .string(mask.note(text))]
        case .listen(let rate): ["listen": .integer(rate)]
        case .endSpeech(let silence): ["end speech": .number(silence / .seconds(1))]
        case .followSpeech(let options): ["follow speech": options.shown(mask)]
        case .transcribe(let samples, let options, let time):
            [
                "transcribe": .integer(samples.count), "seconds": .number(time / .seconds(1)),
                "options": options.shown(mask),
            ]
        case .finish: "finish"
        }
    }
}

extension Command {
    /// The line that goes to Asterisk. A number that is said may be one that the caller has typed, and the targets of
    /// transfers are people's numbers.
    fileprivate func shown(_ mask: TraceMask) -> String {
        var command = self
        switch self {
        case .sayNumber(let number, let escape): command = .sayNumber(mask.number(number), escape: escape)
        case .sendDigits(let digits, let length):
            command = .sendDigits(mask.keys(digits), each: length)
        case .warn(let text): command = .warn(mask.note(text))
        case .verbose(let text, let level): command = .verbose(mask.note(text), level: level)
        case .setVariables(let assignments): command = .setVariables(assignments.map { $0.shown(mask) })
        default: break
        }
        return String(decoding: command.line.dropLast(), as: UTF8.self)
    }
}

extension Command.Assignment {
    fileprivate func shown(_ mask: TraceMask) -> Command.Assignment {
        switch variable {
        case .transferTarget, .transferCaller, .transferHeaders, .endReason:
            Command.Assignment(variable, mask.text(value))
        default: self
        }
    }
}

extension Location {
    /// What stands behind the question mark may be a key.
    fileprivate static func withoutQuery(_ path: String) -> String { String(path.prefix { $0 != "?" }) }
}

extension Request {
    fileprivate var shown: JSON {
        [
            "method": .string(method.rawValue), "host": .string(location.host),
            "path": .string(Location.withoutQuery(location.path)), "seconds": .number(timeout / .seconds(1)),
        ]
    }
}

extension Recognizer.Options {
    fileprivate func shown(_ mask: TraceMask) -> JSON {
        [
            "language": language.map { .string(mask.text($0)) } ?? .null,
            "hints": .array(hints.map { .string(mask.text($0)) }),
        ]
    }
}

extension Errand.Wish {
    fileprivate var shown: JSON {
        switch self {
        case .findToken(let rejected, let alone):
            ["find token": ["rejected": .bool(rejected != nil), "alone": .bool(alone)]]
        case .storeToken: "store token"
        case .releaseToken: "release token"
        case .fetch(let number, let request): ["fetch": .integer(number), "request": request.shown]
        }
    }
}

extension PromptOrder {
    fileprivate func shown(_ mask: TraceMask) -> JSON {
        let mask = mask.hiding(message.isSensitive)
        var members: [String: JSON] = [
            "text": message.text.map { .string(mask.text($0)) } ?? .null,
            "audio": message.audioURL.map { .string(mask.text($0)) } ?? .null,
            "format": .string(format.fileExtension), "with token": .bool(token != nil),
        ]
        if let voice = message.voice { members["voice"] = .string(mask.text(voice)) }
        if let language = message.language { members["language"] = .string(mask.text(language)) }
        if let pause = message.pause { members["pause"] = .number(pause / .seconds(1)) }
        return .object(members)
    }
}

extension TurnMetrics {
    fileprivate func shown(_ mask: TraceMask) -> JSON {
        func seconds(_ duration: Duration?) -> JSON { duration.map { .number($0 / .seconds(1)) } ?? .null }
        return [
            "type": .string(eventType), "intent": intent.map { .string(mask.text($0)) } ?? .null,
            "end of turn": seconds(endOfTurn), "recognition": seconds(recognition), "synthesis": seconds(synthesis),
            "dialog": seconds(dialog),
            "bytes": .integer(audioBytes),
        ]
    }
}
