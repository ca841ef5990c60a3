import HTTP
import JSON

/// A webhook which says that a caller interrupts a prompt.
public struct BargeIn: Equatable, Sendable {
    /// What the service is told, in order.
    public enum Step: String, Sendable {
        case stop
        case reset
    }

    public let sessionID: String
    public let event: String
    /// From 0 to 1.
    public let confidence: Double
    public let transcript: String
    public let timestamp: Int

    /// Why a body is refused, with the name of the member that is wrong.
    public enum Refusal: Error, Equatable, Sendable, CustomStringConvertible {
        case notJSON
        case tooLarge
        case tooDeep
        case notAnObject
        case repeated(String)
        case missing(String)
        case wrong(String, mustBe: String)

        public var description: String {
            switch self {
            case .notJSON: "the body is not JSON"
            case .tooLarge: "the body is larger than 1 MiB"
            case .tooDeep: "the body is nested deeper than \(JSON.deepestNesting) levels"
            case .notAnObject: "the body is not a JSON object"
            // A stranger's name may be as long as the body.
            case .repeated(let name): "the body holds \(String(name.unicodeScalars.prefix(64))) twice"
            case .missing(let name): "the body holds no \(name)"
            case .wrong(let name, let rule): "\(name) must be \(rule)"
            }
        }
    }

    /// Reads the body strictly, by the model in the platform's document: a number in quotes is text, a time is a whole
    /// number, and no member comes twice. Members that the model does not name are ignored.
    public init(parsing body: [UInt8]) throws(Refusal) {
        let json = try BargeIn.object(body)
        sessionID = try BargeIn.text("sessionId", in: json)
        event = try BargeIn.text("event", in: json)
        switch try BargeIn.member("confidence", of: json) {
        case .integer(let number): confidence = Double(number)
        case .number(let number): confidence = number
        default: throw .wrong("confidence", mustBe: "a number")
        }
        transcript = try BargeIn.text("transcript", in: json)
        guard case .integer(let time) = try BargeIn.member("timestamp", of: json) else {
            throw .wrong("timestamp", mustBe: "a whole number")
        }
        timestamp = time
        if !SessionID.isUsable(sessionID) { throw .wrong("sessionId", mustBe: SessionID.rule) }
        if !(0...1).contains(confidence) { throw .wrong("confidence", mustBe: "from 0 to 1") }
    }

    private static func object(_ body: [UInt8]) throws(Refusal) -> JSON {
        let json: JSON
        do throws(JSON.Refusal) { json = try JSON(parsing: body, refusingRepeatedNames: true) } catch {
            switch error {
            case .tooLarge: throw .tooLarge
            case .tooDeep: throw .tooDeep
            case .malformed: throw .notJSON
            case .repeated(let name): throw .repeated(name)
            }
        }
        if json.object == nil { throw .notAnObject }
        return json
    }

    private static func member(_ name: String, of json: JSON) throws(Refusal) -> JSON {
        guard let value = json[name] else { throw .missing(name) }
        return value
    }

    private static func text(_ name: String, in json: JSON) throws(Refusal) -> String {
        guard case .string(let text) = try member(name, of: json) else { throw .wrong(name, mustBe: "text") }
        return text
    }
}
