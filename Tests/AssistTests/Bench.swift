import Cognigy
import HTTP
import JSON
import System
import Testbed
import Testing

@testable import Assist

/// A machine with a clock in hand.
final class Bench {
    static let base = Location("https://api.example.com/v")
    /// 2023-11-14T22:13:20Z at the start.
    static let epoch = 1_700_000_000.0

    var machine: AssistMachine
    var now = Duration.zero
    private(set) var log: [Effect] = []

    init(_ change: (inout Rules) -> Void = { _ in }) throws {
        let rules = try Bench.rules(change)
        machine = AssistMachine(rules, random: SeededGenerator(seed: 1))
    }

    static func rules(_ change: (inout Rules) -> Void = { _ in }) throws -> Rules {
        var rules = Rules(
            account: .init(base: try #require(base), clientID: "id", clientSecret: "secret"),
            triggers: AssistTriggers(keywords: ["refund"], sentimentThreshold: -0.4),
            policy: AssistPolicy(prohibitedPhrases: ["legal action"], minConfidence: 0.75, maxSuggestions: 3))
        change(&rules)
        return rules
    }

    @discardableResult
    func happens(_ event: Event) -> [Effect] {
        let effects = machine.handle(event, now: now, wallClock: Bench.epoch + now.inSeconds)
        log += effects
        return effects
    }

    /// Time goes by, and everything happens when it is due.
    @discardableResult
    func pass(_ time: Duration) -> [Effect] {
        let end = now + time
        var effects: [Effect] = []
        while let next = machine.nextDeadline, next <= end {
            now = max(now, next)
            effects += happens(.tick)
        }
        now = end
        return effects + happens(.tick)
    }

    @discardableResult
    func responds(_ purpose: Purpose, _ status: Int, _ body: String = "", retryAfter: String? = nil) -> [Effect] {
        happens(
            .response(purpose, .success(Response(status: status, retryAfter: retryAfter, body: Array(body.utf8)))))
    }

    @discardableResult
    func grants(_ token: String = "T1", life: Int = 3600) -> [Effect] {
        responds(.token, 200, #"{"access_token":"\#(token)","expires_in":\#(life)}"#)
    }

    /// With a token, and the stream open.
    func opened(life: Int = 3600) -> Bench {
        happens(.tick)
        grants(life: life)
        happens(.socket(.connected))
        happens(.socket(.opened))
        return self
    }

    @discardableResult
    func update(_ interaction: String, _ transcript: String = "refund", score: Double = 0) -> [Effect] {
        let payload: JSON = [
            "interactionId": .string(interaction), "transcript": .string(transcript), "sentimentScore": .number(score),
        ]
        let message: JSON = ["type": "INTERACTION_UPDATE", "payload": payload]
        return happens(.socket(.text(message.text)))
    }

    @discardableResult
    func suggests(_ id: Int, _ text: String = "Hello", confidence: Double = 0.9) -> [Effect] {
        responds(
            .suggestions(id), 200, #"{"suggestions":[{"text":"\#(text)","confidence":\#(confidence),"source":"kb"}]}"#)
    }

    var lines: [JSON] { log.lines }

    /// A message of the service would be heard.
    var isOpen: Bool { machine.isOpen }
}

extension [Effect] {
    var lines: [JSON] {
        compactMap { if case .line(let bytes) = $0 { try? JSON(parsing: bytes) } else { nil } }
    }

    /// Interaction and the first suggestion's text, or what else it is.
    var told: [String] {
        lines.map { line in
            let text = line["suggestions"]?.array?.first?["text"]?.string ?? "-"
            let kind = line["fallback"]?.bool == true ? "fallback" : line["triggered"]?.bool == true ? text : "quiet"
            return "\(line["interactionId"]?.string ?? "?"): \(kind)"
        }
    }

    var metrics: [[String: JSON]] {
        compactMap { if case .metrics(let metrics) = $0 { metrics } else { nil } }
    }

    var requests: [Purpose] {
        compactMap { if case .request(let purpose, _) = $0 { purpose } else { nil } }
    }

    func request(_ purpose: Purpose) -> Request? {
        for case .request(purpose, let request) in self { return request }
        return nil
    }

    var warnings: [String] {
        compactMap { if case .log(.warning, let text) = $0 { text } else { nil } }
    }
}
