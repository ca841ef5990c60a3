import Text

/// What one step of `cognigy-bridge check` found.
///
/// The room Checkup holds what `check` decides: how a finding is worded, what all of them come to, and how the answers of
/// Asterisk's console are read. The program asks the console, the disk and the services, and hands in what they say.
public struct Finding: Equatable, Sendable {
    public enum Outcome: Equatable, Sendable {
        case ok
        /// Calls go on, but not as somebody would want.
        case warning
        case bad(Fault)
        /// It could not be tried here, which says nothing about calls.
        case skipped
    }

    /// Whose fault it is. The exit status tells the worst: the first of these that is among the findings.
    public enum Fault: String, CaseIterable, Sendable {
        case configuration, machine, service
    }

    public let name: String
    public let outcome: Outcome
    public let text: String
    /// What to do next.
    public let remedy: String?
    public let time: Duration

    /// What went well.
    public init(_ name: String, _ text: String, time: Duration) {
        self.init(name, .ok, text, nil, time)
    }

    public init(_ name: String, _ trouble: Trouble, time: Duration) {
        self.init(name, trouble.outcome, trouble.problem, trouble.remedy, time)
    }

    private init(_ name: String, _ outcome: Outcome, _ text: String, _ remedy: String?, _ time: Duration) {
        self.name = name
        self.outcome = outcome
        self.text = Finding.printable(text)
        self.remedy = remedy.map(Finding.printable)
        self.time = time
    }

    /// The same with other words, such as those without secrets.
    public func reworded(_ change: (String) -> String) -> Finding {
        Finding(name, outcome, change(text), remedy.map(change), time)
    }

    /// What a flow, a service or Asterisk says may hold what commands a terminal.
    private static func printable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isUnseen ? " " : $0 }))
    }

    /// The worst of the faults; nil: there is none.
    public static func worst(_ findings: [Finding]) -> Fault? {
        Fault.allCases.first { fault in findings.contains { $0.outcome == .bad(fault) } }
    }
}
