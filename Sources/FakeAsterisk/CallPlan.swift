/// What a caller does, step by step, and what the dialplan does that the program calls. A step waits for its trigger only
/// after the step before it is done.
public struct CallPlan: Sendable, ExpressibleByArrayLiteral {
    public enum Trigger: Sendable, Equatable {
        /// As soon as the step before is done; for the first step, when the program starts.
        case next
        /// While a command waits for a key and nothing plays.
        case whenWaiting
        /// Once this many sounds have begun. SAY commands count as sounds.
        case whenPlaying(Int)
        /// Once this many sounds have ended, for whatever reason.
        case whenHeard(Int)
        /// While no command runs. A key pressed then is lost.
        case whenIdle
        /// Once a command that starts with these words has begun after the step before was done.
        case whenRunning(String)
    }

    enum Action: Sendable {
        case press(String, holding: Duration, every: Duration)
        case say([UInt8])
        case hangUp
    }

    public struct Step: Sendable {
        let trigger: Trigger
        let delay: Duration
        let action: Action

        /// Presses the keys one after the other. Each is held for `holding`, and the next one is
        /// pressed `every` after the beginning of the one before.
        public static func press(
            _ keys: String, when trigger: Trigger = .next, after delay: Duration = .zero,
            holding: Duration = .milliseconds(100), every: Duration = .milliseconds(350)
        ) -> Step {
            Step(trigger: trigger, delay: delay, action: .press(keys, holding: holding, every: every))
        }

        /// Says these samples (signed 16-bit little-endian, at the rate of the EAGI channel) after what is being said.
        public static func say(
            _ samples: [UInt8], when trigger: Trigger = .next, after delay: Duration = .zero
        ) -> Step {
            Step(trigger: trigger, delay: delay, action: .say(samples))
        }

        public static func hangUp(when trigger: Trigger = .next, after delay: Duration = .zero) -> Step {
            Step(trigger: trigger, delay: delay, action: .hangUp)
        }
    }

    /// What GOSUB runs, such as a Dial().
    public struct Subroutine: Sendable {
        public var length: Duration
        /// What it leaves behind, such as DIALSTATUS; and what if the caller hangs up before it is over.
        public var variables: [String: String]
        public var variablesOnHangup: [String: String]

        public init(
            _ length: Duration = .zero, variables: [String: String] = [:], variablesOnHangup: [String: String] = [:]
        ) {
            self.length = length
            self.variables = variables
            self.variablesOnHangup = variablesOnHangup
        }
    }

    let steps: [Step]
    /// By context and extension, such as `out,s`. GOSUB finds no others.
    public var subroutines: [String: Subroutine] = [:]

    public init(_ steps: [Step], subroutines: [String: Subroutine] = [:]) {
        self.steps = steps
        self.subroutines = subroutines
    }
    public init(arrayLiteral steps: Step...) { self.steps = steps }
}
