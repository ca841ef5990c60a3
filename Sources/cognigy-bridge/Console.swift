import System

/// Writes to standard output and standard error. Every write has a deadline, so that a reader who stalls does not keep this
/// process alive; what cannot be written is dropped.
enum Console {
    /// Writes a line to standard output.
    static func print(_ line: String) { write("\(line)\n", to: 1, within: .seconds(5)) }

    /// Writes a message to standard error, after the name of this program.
    static func printError(_ message: String) { write("cognigy-bridge: \(message)\n", to: 2, within: .seconds(1)) }

    static func write(_ text: String, to descriptor: CInt, within patience: Duration) {
        try? Descriptor.writeAll(descriptor, Array(text.utf8), deadline: MonotonicClock.now() + patience)
    }
}
