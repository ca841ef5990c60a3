import Glibc
import System

// What `make soak` runs: so many calls, for so many minutes at least, on one state folder that assist uses too.
signal(SIGPIPE, SIG_IGN)
let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
var result: CInt = 1
do {
    let minutes = words.dropFirst().first ?? 60
    var soak = try Soak(calls: words.first ?? 100_000, length: .seconds(60 * minutes))
    result = try soak.run(picture: ".build/soak.svg") ? 0 : 1
} catch {
    try? Descriptor.writeWhole(2, "soak: \(error)\n".utf8)
}
// Not before, so that the folders are removed.
exit(result)
