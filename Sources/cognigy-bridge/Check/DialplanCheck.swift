import Checkup
import Configuration
import Glibc
import System

/// Checks how the dialplan of a running Asterisk starts this program, and whether it has what the configuration names.
struct DialplanCheck {
    let dialplan: Dialplan
    let environment: [String: String]
    let steps: CheckSteps

    private static let name = "cognigy-bridge"
    /// More of the same are not shown.
    private static let mostShown = 10

    func run(_ settings: Settings, endpoints: [String]) {
        let starts = dialplan.starts(of: Self.name)
        let faults =
            dialplan.misspellings(of: Self.name).filter { !isThere($0.program) }.map { start in
                "\(start.place) starts \(start.program), which is no program; write \(Self.name)"
            }
            + starts.compactMap { start in fault(start).map { "\(start.place): \($0)" } }
        for fault in faults.prefix(Self.mostShown) {
            steps.run("dialplan") { () throws(Trouble) in throw Trouble(.configuration, sentence: fault) }
        }
        if faults.isEmpty {
            steps.run("dialplan") { () throws(Trouble) in
                guard let first = starts.first else {
                    throw .warning(
                        "nothing in it starts \(Self.name)",
                        "cognigy-bridge dialplan prints what starts it; then asterisk -rx 'dialplan reload'")
                }
                return starts.count == 1
                    ? "\(first.place) starts it" : "\(starts.count) places start it, such as \(first.place)"
            }
        }
        // Where none is listed, telephones are of another kind.
        if !endpoints.isEmpty, let (place, telephone) = dialplan.strangers(to: endpoints).first {
            steps.run("people") { () throws(Trouble) in
                throw .warning(
                    "\(place) calls \(telephone), which is no endpoint: nobody answers when the service is away",
                    "name the telephone of people there, and reload the dialplan")
            }
        }
        let (context, routine) = (settings.handoff.context, settings.handoff.routine)
        for (key, name) in [("context", context), ("routine", routine)] {
            guard let name, !dialplan.contexts.contains(name) else { continue }
            steps.run("dialplan") { () throws(Trouble) in
                throw Trouble(
                    .configuration, "[handoff] \(key) = \(name): there is no such context",
                    "add it (cognigy-bridge dialplan prints cognigy-transfer), or mend the name")
            }
        }
    }

    /// A program of a name that is nearly ours: somebody's own, which starts this one perhaps.
    private func isThere(_ program: String) -> Bool {
        if program.first == "/" { return access(program, X_OK) == 0 }
        return AsteriskFolders.programs(environment).map { access("\($0)/\(program)", X_OK) == 0 } ?? false
    }

    /// What a call would find wrong with its words; nil: nothing.
    private func fault(_ start: Dialplan.Start) -> String? {
        if let stray = StrayWord(start.words), stray.word.first != "$" { return stray.forTheDialplan }
        let words: [String]
        let role: Settings.Role
        switch start.words.first {
        case "voice":
            if !start.hears {
                return "AGI(\(Self.name),voice) hears nothing; write EAGI(\(Self.name),voice)"
            }
            (words, role) = (Array(start.words.dropFirst()), .voice)
        case "handoff":
            (words, role) = (HandoffWords(start.words.dropFirst(), own: Settings.argumentNames).settings, .handoff)
        default: (words, role) = (start.words, .bridge)
        }
        // Of which tenant nobody knows.
        if words.contains(where: { $0.hasPrefix("conf=") && $0.firstIndex(of: "$") != nil }) { return nil }
        let known = words.filter { $0.firstIndex(of: "$") == nil && !$0.isEmpty }
        // What is wrong without them is not the dialplan's fault, unless they name another file.
        let plain = Self.complaint(environment, [], role)
        guard let complaint = Self.complaint(environment, known, role), complaint != plain else { return nil }
        return complaint
    }

    private static func complaint(
        _ environment: [String: String], _ words: [String], _ role: Settings.Role
    ) -> String? {
        do throws(ConfigurationError) {
            _ = try Settings.load(environment: environment, arguments: words, for: role)
            return nil
        } catch { return "\(error)" }
    }
}
