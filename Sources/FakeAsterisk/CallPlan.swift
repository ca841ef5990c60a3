/// What the caller does, step after step: a step looks for its trigger when the step before it is done.
package struct CallPlan: Sendable, ExpressibleByArrayLiteral {
    package enum Trigger: Sendable, Equatable {
        /// When the step before is done; for the first, when the program starts.
        case next
        /// A command waits for a key and nothing plays.
        case whenWaiting
        /// The sound of that number (1 is the first; SAY counts) has begun.
        case whenPlaying(Int)
        /// The sound of that number has ended, however it ended.
        case whenHeard(Int)
        /// No command runs: what is pressed now is lost.
        case whenIdle
        /// A command that starts with these words has begun since the step before was done.
        case whenRunning(String)
    }

    enum Action: Sendable {
        case press(String, holding: Duration, every: Duration)
        case say([UInt8])
        case hangUp
    }

    package struct Step: Sendable {
        let trigger: Trigger
        let delay: Duration
        let action: Action

        /// Keys, each held for a tenth of a second, from one beginning to the next `every`.
        package static func press(
            _ keys: String, when trigger: Trigger = .next, after delay: Duration = .zero,
            holding: Duration = .milliseconds(100), every: Duration = .milliseconds(350)
        ) -> Step {
            Step(trigger: trigger, delay: delay, action: .press(keys, holding: holding, every: every))
        }

        /// Says these samples (signed 16-bit little-endian, of the rate that EAGI gives), after what is being said.
        package static func say(
            _ samples: [UInt8], when trigger: Trigger = .next, after delay: Duration = .zero
        ) -> Step {
            Step(trigger: trigger, delay: delay, action: .say(samples))
        }

        package static func hangUp(when trigger: Trigger = .next, after delay: Duration = .zero) -> Step {
            Step(trigger: trigger, delay: delay, action: .hangUp)
        }
    }

    let steps: [Step]

    package init(_ steps: [Step]) { self.steps = steps }
    package init(arrayLiteral steps: Step...) { self.steps = steps }
}
