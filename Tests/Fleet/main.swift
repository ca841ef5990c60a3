import Glibc
import System

// What `make fleet` runs: calls at once on one state folder, or on those of several machines, some of whose programs are killed
// and stopped.
signal(SIGPIPE, SIG_IGN)
let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
var result: CInt = 1
do {
    var fleet = try Fleet(
        count: words.first ?? 500, length: .seconds(words.dropFirst().first ?? 300),
        machines: words.dropFirst(2).first ?? 1)
    result = try fleet.run() ? 0 : 1
} catch {
    try? Descriptor.writeWhole(2, "fleet: \(error)\n".utf8)
}
// Not before, so that the folders are removed.
exit(result)
