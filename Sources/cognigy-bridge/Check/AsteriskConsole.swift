import Glibc
import System

/// The console of a running Asterisk: `asterisk -rx COMMAND`.
struct AsteriskConsole {
    private let program: String
    private let configuration: [String]

    private static let patience = Duration.seconds(5)
    /// In bytes. The dialplan of a large FreePBX is some megabytes.
    private static let longest = 32 << 20

    /// nil: no Asterisk is installed here.
    init?(_ environment: [String: String]) {
        guard let program = ProgramRun.path(of: "asterisk", environment) else { return nil }
        self.program = program
        configuration = environment["AST_CONFIG_DIR"].map { ["-C", "\($0)/asterisk.conf"] } ?? []
    }

    /// What it answers; nil: it does not, in time.
    func ask(_ command: String) -> String? {
        try? ProgramRun.output(
            of: [program] + configuration + ["-rx", command], within: Self.patience, limit: Self.longest)
    }
}
