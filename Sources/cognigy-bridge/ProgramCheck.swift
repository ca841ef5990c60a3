import Configuration
import Glibc
import System

/// Checks whether Asterisk finds this program.
enum ProgramCheck {
    static func place(_ environment: [String: String]) throws(CheckCommand.Trouble) -> String {
        let own = ProcessEnvironment.program
        let which = "\(own), version \(Version.text)"
        guard let folder = AsteriskFolders.programs(environment) else { return which }
        let there = "\(folder)/cognigy-bridge"
        if access(there, X_OK) != 0 {
            throw CheckCommand.Trouble(
                "\(which); Asterisk looks for it in \(folder), and it is not there", "install -m 755 \(own) \(there)")
        }
        // Two paths may lead to the same file.
        return wholePath(there) == own ? which : "\(which); Asterisk starts \(there)"
    }

    private static func wholePath(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
