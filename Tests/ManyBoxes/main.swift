import Glibc
import System
import TestService

// What `make test-fleet` runs: calls through Kamailio to two Asterisks, while one part after the other fails; a line for each.
signal(SIGPIPE, SIG_IGN)
let parts = [Kamailio.isInstalled, access("/usr/bin/sipp", X_OK) == 0, AsteriskVersion.areInstalled]
guard parts.allSatisfy({ $0 }), mayMount else {
    let what = "Skipped: many boxes need root that may mount, SIPp, and real Asterisks and Kamailio below .build.\n"
    try? Descriptor.writeWhole(2, what.utf8)
    exit(0)
}
// Again, with a /tmp of its own: it is gone with the last process, however they end.
if getenv("OWN_TMP") == nil {
    setenv("OWN_TMP", "1", 1)
    let script = "mount -t tmpfs -o mode=1777 none /tmp && exec \"$@\""
    let words = ["unshare", "--mount", "sh", "-c", script, "many-boxes"] + CommandLine.arguments
    execvp("unshare", words.map { strdup($0) } + [nil])
    exit(1)
}
var result: CInt = 1
do {
    let words = CommandLine.arguments.dropFirst()
    let faults = try words.contains("--short") ? Fault.short : Fault.chosen(by: words)
    result = try Table.run(faults, words.compactMap { Int($0) }.first ?? 60) ? 0 : 1
} catch {
    try? Descriptor.writeWhole(2, "many-boxes: \(error)\n".utf8)
}
// Not before, so that all that was started has ended, and the folders are removed.
exit(result)
