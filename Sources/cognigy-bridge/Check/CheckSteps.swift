import Checkup
import State
import System

/// The steps of `check`: each is shown while it runs, and what it found afterwards.
final class CheckSteps {
    private(set) var findings: [Finding] = []
    /// Which secrets nobody is shown, not even where a service repeats them in its own words.
    var secrets: Log?
    private let isJSON: Bool
    private let isColoured: Bool
    /// Only a terminal can take a line back.
    private let showsTries: Bool

    init(isJSON: Bool, environment: [String: String]) {
        let isTerminal = Descriptor.isTerminal(1) && !isJSON
        self.isJSON = isJSON
        isColoured = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
        showsTries = isTerminal
    }

    /// Runs a step. Returns whether it was good enough to go on with what needs it.
    @discardableResult
    func run(_ name: String, _ attempt: () throws(Trouble) -> String) -> Bool {
        if showsTries { Console.write(Finding.lineWhileTrying(name), to: 1, within: .seconds(5)) }
        let start = MonotonicClock.now()
        let finding: Finding
        do throws(Trouble) {
            let text = try attempt()
            finding = Finding(name, text, time: MonotonicClock.now() - start)
        } catch { finding = Finding(name, error, time: MonotonicClock.now() - start) }
        // Carriage return, and erase the line.
        if showsTries { Console.write("\r\u{1b}[K", to: 1, within: .seconds(5)) }
        show(finding)
        return finding.outcome == .ok || finding.outcome == .warning
    }

    /// Shows what was found by a step that another one ran.
    func show(_ found: Finding) {
        let finding = found.reworded { secrets?.redacting($0) ?? $0 }
        findings.append(finding)
        let line =
            isJSON ? String(decoding: finding.json.harmless, as: UTF8.self) : finding.lines(isColoured: isColoured)
        Console.print(line)
    }

    /// The beginning of what somebody says. A secret in it is hidden before: half of one would be known by nobody.
    func beginning(of words: String, most: Int) -> Substring { (secrets?.redacting(words) ?? words).prefix(most) }

    var exit: ExitCode {
        switch Finding.worst(findings) {
        case .configuration: .configuration
        case .machine: .failure
        case .service: .service
        case nil: .success
        }
    }
}
