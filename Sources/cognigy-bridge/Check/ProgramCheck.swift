import Checkup
import Glibc
import System

/// Checks whether Asterisk finds this program, and whether it is the same and whole.
enum ProgramCheck {
    private static let own = ProcessEnvironment.program

    static var identity: String { "\(own), version \(Version.text)" }

    static func place(in folder: String) throws(Trouble) -> String {
        let there = "\(folder)/cognigy-bridge"
        if access(there, X_OK) != 0 {
            if access(there, F_OK) != 0 {
                throw Trouble(
                    .machine, "Asterisk looks for it in \(folder), and it is not there",
                    "install -m 755 \(own) \(there)")
            }
            throw Trouble(
                .machine, "\(there): \(Account.words(geteuid())) may not execute it", "chmod 755 \(there)")
        }
        // Two paths may lead to the same file.
        if wholePath(there) == own { return there }
        let version: String
        do throws(Filter.Failure) {
            version = try ProgramRun.output(of: [there, "--version"], within: .seconds(5), limit: 1 << 16)
        } catch {
            throw Trouble(
                .machine, "\(there), which Asterisk starts, is not whole: \(error)", "install -m 755 \(own) \(there)")
        }
        if version != "cognigy-bridge \(Version.text)\n" {
            throw .warning(
                "Asterisk starts \(there), which is another version: \(version.prefix(80))",
                "install -m 755 \(own) \(there)")
        }
        return "\(there), the same version"
    }

    private static func wholePath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
