import Checkup
import Configuration
import Glibc
import System

/// The user that Asterisk runs as.
enum AsteriskUser {
    /// That of the one that runs, or else the owner of its folders; nil: there is none on this machine.
    static func find(_ environment: [String: String]) -> Account? {
        if let settings = AsteriskConsole(environment)?.ask("core show settings").flatMap({ AsteriskSettings($0) }),
            let process = AsteriskCheck.process(settings)
        {
            var status = stat()
            if stat("/proc/\(process)", &status) == 0 { return Account(status.st_uid, group: status.st_gid) }
        }
        return Operator.owner(of: Settings.statePath(environment: environment))?.0
    }
}
