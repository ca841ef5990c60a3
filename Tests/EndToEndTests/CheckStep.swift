import JSON
import System
import TestService
import Testbed

/// A step of `cognigy-bridge check`, as `--json` tells it.
struct CheckStep {
    let name: String
    let outcome: String
    let fault: String?
    let text: String
    let remedy: String?

    /// "NAME: PROBLEM; REMEDY"
    var sentence: String { "\(name): \(text)" + (remedy.map { "; \($0)" } ?? "") }

    init?(_ line: some StringProtocol) {
        guard let json = try? JSON(parsing: Array(line.utf8)), let name = json["name"]?.string,
            let outcome = json["outcome"]?.string, let text = json["text"]?.string, json["ms"]?.number ?? -1 >= 0
        else { return nil }
        (self.name, self.outcome, self.text) = (name, outcome, text)
        (fault, remedy) = (json["fault"]?.string, json["remedy"]?.string)
    }

    /// The machine of the tests may have an Asterisk, which looks elsewhere.
    static func isolate(_ pbx: PBX) {
        if pbx.environment["AST_CONFIG_DIR"] != nil { return }
        let folder = Binary.path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        try? pbx.folder.write("[directories]\nastagidir => \(folder)\n", to: "asterisk.conf")
        pbx.environment["AST_CONFIG_DIR"] = pbx.folder.path
    }

    static func run(_ pbx: PBX, _ words: [String] = []) throws -> (steps: [CheckStep], outcome: Outcome) {
        isolate(pbx)
        let outcome = try Outcome(of: [Binary.path, "check", "--json"] + words, environment: pbx.environment)
        let lines = outcome.output.split(separator: "\n")
        let steps = lines.compactMap { CheckStep($0) }
        if steps.count != lines.count { throw NoJSON(output: outcome.output) }
        return (steps, outcome)
    }

    struct NoJSON: Error { let output: String }
}
