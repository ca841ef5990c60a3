import Glibc
import System

// What `make load` runs: callers at once, with real RTP and keys, on a real Asterisk with the bridge; a line for each run.
signal(SIGPIPE, SIG_IGN)
do {
    let options = try Options(CommandLine.arguments.dropFirst())
    try Load.measure(options)
} catch {
    try? Descriptor.writeWhole(2, "load: \(error)\n".utf8)
    exit(1)
}
