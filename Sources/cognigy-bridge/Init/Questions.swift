import Glibc
import System

/// Asks whoever started this, on standard error, and reads the answers from standard input.
struct Questions: ~Copyable {
    /// Why there is no answer.
    enum End: Error {
        case interrupted, ended, late, tooLong
        /// The terminal would show a secret.
        case shown
    }

    /// SIGTSTP too: whoever comes back from a shell has a terminal that shows what is typed.
    static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
    private static let patience = Duration.seconds(600)
    /// What a terminal takes as one line.
    private static let longest = 4096

    private let signals: Signals

    /// From now on a signal ends an answer, and nothing else.
    init() throws(Errno) { signals = try Signals(Self.signals) }

    /// Asks until `complaint` finds nothing wrong. An empty answer is the default. What is typed is not shown where it
    /// `isSecret`.
    func ask(
        _ question: String, default usual: String? = nil, isSecret: Bool = false, _ complaint: (String) -> String?
    ) throws(End) -> String {
        while true {
            // First, or what is typed at once is shown.
            let silence: KeyTerminal?
            do throws(Errno) { silence = isSecret ? try KeyTerminal(0, byLine: true) : nil } catch { throw .shown }
            say(question + (usual.map { $0.isEmpty ? "" : " [\($0)]" } ?? "") + ": ")
            let typed: String
            do throws(End) { typed = trimmed(try read(until: UInt8(ascii: "\n"))) } catch {
                _ = consume silence
                say("\n")
                throw error
            }
            _ = consume silence
            let answer = typed.isEmpty ? usual ?? "" : typed
            guard let complaint = complaint(answer) else { return answer }
            say("   \(complaint)\n")
        }
    }

    /// All that comes on standard input.
    func whole() throws(End) -> String { trimmed(try read(until: nil)) }

    func say(_ text: String) { Console.write(text, to: 2, within: .seconds(5)) }

    private func read(until last: UInt8?) throws(End) -> [UInt8] {
        var bytes: [UInt8] = []
        let deadline = MonotonicClock.now() + Self.patience
        while true {
            let ready = try? Poll.wait(
                for: [Poll.Interest(0, .readable), Poll.Interest(signals.raw, .readable)],
                timeout: deadline - MonotonicClock.now())
            guard let ready, !ready.isEmpty else { throw .late }
            if ready[signals.raw] != nil, signals.next() != nil { throw .interrupted }
            if ready[0] == nil { continue }
            // A terminal gives one line at a time.
            guard let input = try? Descriptor.read(0, limit: Self.longest) else { throw .ended }
            switch input {
            case .bytes(let more): bytes += more
            case .nothingYet: continue
            case .end:
                if last != nil { throw .ended }
                return bytes
            }
            if bytes.count > Self.longest { throw .tooLong }
            if let last, bytes.last == last { return bytes }
        }
    }

    private func trimmed(_ bytes: [UInt8]) -> String {
        func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }
        var line = bytes.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        return String(decoding: line, as: UTF8.self)
    }
}
