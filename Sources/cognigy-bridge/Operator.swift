import Configuration
import Glibc
import System

/// Changes from root to Asterisk's user. Files that root makes in the state folder would be closed to Asterisk, and secrets
/// that Asterisk's user owns would be refused.
enum Operator {
    /// If root started this, becomes the user who owns the state folder, or its parent while it does not exist. Call it before
    /// reading a secret or making a file. `words` are those of a call. Prints the reason and returns false if that is impossible.
    static func stepDown(_ environment: [String: String], _ words: [String] = []) -> Bool {
        let state = Settings.statePath(environment: environment, arguments: words)
        guard geteuid() == 0, let (owner, folder) = owner(of: state), owner.user != 0 else { return true }
        let name = owner.name ?? "user \(owner.user)"
        do throws(Errno) { try owner.assume() } catch {
            Console.printError(
                "\(folder) belongs to \(name), and root cannot become that user here (\(error)); run this as \(name)")
            return false
        }
        Console.printError("running as \(name), to whom \(folder) belongs")
        return true
    }

    /// If root started this, does something as that user and is root again; as whom else it is, it does it as such. Where the
    /// folder does not exist below one of root's, calls have theirs in memory, and it is done as Asterisk's user. Prints the
    /// reason and returns nil where that is impossible.
    static func act<Result>(_ environment: [String: String], _ work: () -> Result) -> Result? {
        let state = Settings.statePath(environment: environment)
        guard geteuid() == 0, let (found, folder) = owner(of: state) else { return work() }
        let isCalls = found.user != 0 || folder == state
        let owner = isCalls ? found : AsteriskUser.find(environment) ?? found
        if owner.user == 0 { return work() }
        do throws(Errno) { return try owner.act(work) } catch {
            let name = owner.name ?? "user \(owner.user)"
            Console.printError(
                "\(folder) belongs to \(name), and root cannot become that user here (\(error)); run this as \(name)")
            return nil
        }
    }

    /// Whose a folder is, or its parent while it does not exist.
    static func owner(of path: String) -> (Account, String)? {
        let parent = path.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        for folder in [path, parent.isEmpty ? "/" : parent] {
            var status = stat()
            if lstat(folder, &status) == 0 { return (Account(status.st_uid, group: status.st_gid), folder) }
        }
        return nil
    }
}
