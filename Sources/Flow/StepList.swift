import JSON
import Text

/// The steps of one output while it is read. It keeps the bounds.
struct StepList {
    static let most = 100
    /// In bytes.
    static let longestText = 64 << 10
    /// In bytes.
    static let longestAddress = 4 << 10
    static let longestReason = 256

    private(set) var steps: [FlowStep] = []
    private var isOver = false

    mutating func add(_ step: FlowStep) {
        if steps.count < StepList.most { return steps.append(step) }
        if !isOver { steps.append(.malformed("more than \(StepList.most) commands in one output")) }
        isOver = true
    }

    mutating func add(_ list: StepList) {
        for step in list.steps { add(step) }
    }

    /// A blank text is nothing to say.
    mutating func say(_ text: String, isMarkup: Bool = false, loops: Int = 1) {
        if text.isBlank { return }
        guard text.utf8.count <= StepList.longestText else {
            return add(.malformed("a text of \(text.utf8.count) bytes; \(StepList.longestText) are the most"))
        }
        add(.say(text, isMarkup: isMarkup || Markup.isMarkup(text), loops: loops))
    }

    /// Plays what can be an address. Where nothing can, the text instead is said.
    mutating func play(_ addresses: [String], loops: Int = 1, instead: String? = nil) {
        let good = addresses.compactMap { StepList.address($0) }
        if good.count < addresses.count || addresses.isEmpty { add(.malformed("a sound without a usable address")) }
        let instead = instead.flatMap { $0.isBlank || $0.utf8.count > StepList.longestText ? nil : $0 }
        if !good.isEmpty {
            add(.play(Array(good.prefix(StepList.most)), loops: loops, instead: instead))
        } else if let instead {
            say(instead)
        }
    }

    /// What can be an address: it has no blanks and an end.
    static func address(_ text: String?) -> String? {
        guard let text = text?.trimmed, (1...longestAddress).contains(text.utf8.count) else { return nil }
        return text.unicodeScalars.allSatisfy { !$0.isControlOrLineBreak && $0 != " " } ? text : nil
    }

    mutating func hangUp(reason: String?, isImmediate: Bool = false) {
        add(.hangUp(reason: StepList.reason(reason), isImmediate: isImmediate))
    }

    /// A reason on one line and not too long, because it goes into logs and headers.
    static func reason(_ text: String?) -> String? {
        guard let text = text?.trimmed, !text.isEmpty else { return nil }
        let line = text.unicodeScalars.map { $0.isControlOrLineBreak ? " " : Character($0) }
        return String(String(line).prefix(longestReason))
    }

    /// Only what a telephone can send counts, in capitals.
    mutating func sendDigits(_ json: JSON?, each duration: JSON?) {
        let digits = (json?.string ?? "").uppercased().filter { "0123456789ABCD*#".contains($0) }
        guard !digits.isEmpty else { return add(.malformed("keys to send, but none of them is a key")) }
        // Below 40 ms nobody recognizes a key (ITU-T Q.24).
        let milliseconds = duration?.whole(in: 40...5000) ?? 500
        add(.sendDigits(String(digits.prefix(StepList.most)), each: .milliseconds(milliseconds)))
    }

    /// A config that says nothing is no step.
    mutating func configure(_ config: SessionConfig) {
        if config != SessionConfig() { add(.configure(config)) }
    }
}
