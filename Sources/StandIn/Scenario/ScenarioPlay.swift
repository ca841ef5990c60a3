extension Scenario {
    /// A scenario while it is played: counts how often each rule was used.
    struct Play {
        private let rules: [Rule]
        private var uses: [Int: Int] = [:]

        init(_ scenario: Scenario) { rules = scenario.rules }

        /// The first rule for `trigger` that has uses left; one use is taken.
        mutating func first(for trigger: Trigger) -> Rule? {
            for index in rules.indices where rules[index].trigger.covers(trigger) {
                if let rule = take(index) { return rule }
            }
            return nil
        }

        /// All rules for a voice socket that opens, in order; one use of each is taken.
        mutating func opening() -> [Rule] {
            rules.indices.compactMap { index in
                switch rules[index].trigger {
                case .open, .after: take(index)
                default: nil
                }
            }
        }

        /// All rules with a time after the beginning, in order; one use of each is taken.
        mutating func later() -> [(delay: Duration, rule: Rule)] {
            rules.indices.compactMap { index in
                guard case .after(let delay) = rules[index].trigger, let rule = take(index) else { return nil }
                return (delay, rule)
            }
        }

        /// All rules for a stream of agent assist that opens, up to the first one that ends it. The rules after that
        /// are left for the next stream.
        mutating func streaming() -> [Rule] {
            var taken: [Rule] = []
            for index in rules.indices where rules[index].trigger == .assistEvent {
                guard let rule = take(index) else { continue }
                taken.append(rule)
                if rule.steps.contains(where: \.action.endsStream) { break }
            }
            return taken
        }

        private mutating func take(_ index: Int) -> Rule? {
            let rule = rules[index]
            if let times = rule.times, uses[index, default: 0] >= times { return nil }
            uses[index, default: 0] += 1
            return rule
        }
    }
}

extension Scenario.Action {
    /// Whether nothing can be sent after it.
    fileprivate var endsStream: Bool {
        switch self {
        case .drop, .close, .silence: true
        default: false
        }
    }
}

extension Scenario.Trigger {
    fileprivate func covers(_ occasion: Self) -> Bool {
        switch (self, occasion) {
        case (.audio(nil), .audio), (.key(nil), .key), (.dialog(nil), .dialog), (.suggest(nil), .suggest),
            (.event(nil), .event):
            true
        case (.input(nil), .input(let text)): text != ""
        default: self == occasion
        }
    }
}
