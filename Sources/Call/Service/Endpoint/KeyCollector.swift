import Flow

/// Makes inputs of the keys that a caller presses one by one. No key is lost and none is counted twice: each is in the
/// input that it ends, or in the next one.
struct KeyCollector {
    /// How many keys are an input, and what ends it.
    struct Rules: Equatable, Sendable {
        var least = 1
        var most = 1
        /// Each of these keys ends the input and is no part of it.
        var submit = ""
        /// A longer pause after a key ends the input.
        var gap = Duration.seconds(2)

        init() {}

        /// What a flow has said of keys, over what is configured. A flow that switches the collecting off gets each key by
        /// itself.
        init(_ digits: SessionConfig.Digits?) {
            guard let digits, digits.isOn ?? true else { return }
            least = max(digits.least ?? 1, 1)
            most = max(digits.most ?? (digits.isOn == true || digits.submit?.isEmpty == false ? Self.usualMost : 1), 1)
            least = min(least, most)
            submit = digits.submit ?? ""
            gap = digits.gap ?? gap
        }

        /// As many keys as anybody types, where a flow collects keys and names no number.
        private static let usualMost = 100
    }

    private(set) var keys = ""

    /// What the input is, once this key completes it.
    mutating func press(_ key: Character, _ rules: Rules) -> String? {
        if rules.submit.contains(key), rules.most > 1 {
            // A submit key without any other before it is all that the caller says.
            return keys.isEmpty ? String(key) : takeAll()
        }
        keys.append(key)
        return keys.count >= rules.most ? takeAll() : nil
    }

    /// The pause after the last key is over. Too few keys wait for more.
    mutating func pause(_ rules: Rules) -> String? { keys.count >= rules.least && !keys.isEmpty ? takeAll() : nil }

    /// The rules have changed: what waits may be an input now.
    mutating func rulesChanged(_ rules: Rules) -> String? { keys.count >= rules.most ? takeAll() : nil }

    mutating func takeAll() -> String {
        defer { keys = "" }
        return keys
    }
}
