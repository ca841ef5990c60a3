import Glibc
import StandIn
import System

/// The journal of another process, read from the pipe that is its standard output.
package final class JournalReader {
    package struct Missing: Error {}

    private let pipe: CInt
    private var unfinished: [UInt8] = []
    package private(set) var journal: [Journal.Entry] = []
    /// Whether the process has ended, or closed it.
    package private(set) var hasEnded = false

    /// Takes the reading end.
    package init(_ output: inout Pipe) throws {
        guard let end = output.reader.take() else { throw Missing() }
        Descriptor.setNonBlocking(end.raw)
        // The process ends where its journal is not read for five seconds, and a busy machine may keep us from it for longer. All
        // pipes of a user have 64 MiB together: F_SETPIPE_SZ, which Swift does not show, and pipe(7).
        _ = fcntl(end.raw, 1031, 1 << 18)
        pipe = end.release()
    }

    deinit { close(pipe) }

    /// Where the journal arrives, for a poll.
    package var interest: Poll.Interest { Poll.Interest(pipe, .readable) }

    /// The first entry that fits, now or within the deadline.
    @discardableResult
    package func wait(
        _ deadline: Duration = .seconds(60), for fits: (Journal.Entry) -> Bool
    ) throws -> Journal.Entry {
        let end = MonotonicClock.now() + deadline
        while true {
            if let entry = journal.first(where: fits) { return entry }
            let ready = try Poll.wait(for: [interest], timeout: max(end - MonotonicClock.now(), .zero))
            if ready.isEmpty { throw Missing() }
            if try !read() { throw Missing() }
        }
    }

    /// Everything that the journal holds by now.
    package func entries() -> [Journal.Entry] {
        while (try? read()) == true {}
        return journal
    }

    /// False when there is no more for now, or for good.
    private func read() throws -> Bool {
        let input = try Descriptor.read(pipe)
        if input == .end { hasEnded = true }
        guard case .bytes(let bytes) = input else { return false }
        unfinished += bytes
        while let end = unfinished.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: unfinished[..<end], as: UTF8.self)
            unfinished.removeSubrange(...end)
            if let entry = Journal.Entry(parsing: line) { journal.append(entry) }
        }
        return true
    }
}
