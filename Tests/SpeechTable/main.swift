import Glibc
import Hearing
import System

// What `make speech-table` prints: how well the ear hears people, and what else it takes for people, beside the ears of
// others. The same numbers in every run.
do {
    try await Report(Options(CommandLine.arguments.dropFirst())).print()
} catch {
    try? Descriptor.writeWhole(2, "speech-table: \(error)\n".utf8)
    exit(1)
}
