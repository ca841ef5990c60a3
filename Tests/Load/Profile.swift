import TestService
import Testbed

/// What every caller does, and what the flow answers.
struct Profile {
    enum Name: String, CaseIterable {
        /// Nothing at all: a greeting, then silence.
        case idle
        /// Somebody in a menu: a key every 5 s, and 4 s of sound after each.
        case real
        /// Two and a half keys a second, each answered at once.
        case hard
    }

    let name: Name
    let length: Duration
    let presses: [CallerSound.Press]
    let scenario: String

    init(_ name: Name) {
        self.name = name
        let greeting = Self.sound("open", "hello-8k-700ms")
        switch name {
        case .idle:
            length = .seconds(30)
            presses = []
            scenario = greeting
        case .real:
            length = .seconds(63)
            presses = Self.presses(12, every: .seconds(5))
            scenario = greeting + Self.sound("key any", "answer-16k-4000ms")
        case .hard:
            length = .seconds(63)
            presses = Self.presses(151, every: .milliseconds(400))
            scenario = greeting + Self.sound("key any", "answer-8k-300ms")
        }
    }

    var keys: String { String(presses.map(\.key)) }

    private static func sound(_ trigger: String, _ name: String) -> String {
        "\(trigger) send {\"type\":\"response\",\"audioUrl\":\"/audio/\(name).wav\"}\n"
    }

    /// The same keys in every run and every call.
    private static func presses(_ count: Int, every interval: Duration) -> [CallerSound.Press] {
        var random = SeededGenerator(seed: 4733)
        return (0..<count).map { number in
            let key = "0123456789*#".randomElement(using: &random) ?? "0"
            return CallerSound.Press(time: .seconds(1) + interval * number, key: key)
        }
    }
}
