import Counters
import Glibc
import System

/// What all calls have counted, in one small file. A call adds a line when it is over, beside other calls that do so; now and
/// then one replaces all lines by their sum. Only that keeps others out, for the time that it takes to write a page.
///
/// A call waits for nobody any longer than `patience`, and not for a disk that is full: then it is not counted. The file lies
/// in memory where there is such a folder, so the counters begin anew with the machine.
public struct CounterFile {
    static let name = "counters"
    /// In bytes: from here on the lines are replaced by their sum.
    static let crowded = 1 << 17
    /// While a stopped process keeps the lines from being summed up, the file grows no larger.
    static let largest = 1 << 22

    private let folder: StateFolder
    private let patience: Duration
    private let log: (String) -> Void

    /// `log` takes what an operator should know.
    public init(
        folder: StateFolder, patience: Duration = .milliseconds(100), log: @escaping (String) -> Void
    ) {
        self.folder = folder
        self.patience = patience
        self.log = log
    }

    private var path: String { folder.path(CounterFile.name) }

    /// The sums up to now; nil: they cannot be read, which does not mean that there are none.
    public func read() -> Counts? {
        do throws(AtomicFile.Refusal) {
            return Counts.read(try AtomicFile.read(path, limit: CounterFile.largest * 2).bytes).counts
        } catch { return error == .absent ? Counts() : nil }
    }

    /// Adds what a call has counted.
    public func add(_ counts: Counts) {
        if counts.isEmpty { return }
        let deadline = MonotonicClock.now() + patience
        do throws(Errno) {
            while true {
                if let size = try append(counts.line) {
                    if size > CounterFile.crowded { sumUp(adding: nil) }
                    return
                }
                if MonotonicClock.now() >= deadline { throw Errno("flock", code: EWOULDBLOCK) }
                StateFolder.pause()
            }
        } catch {
            // Whatever has grown so large, or is no file of ours, does not get better by itself.
            if error.code == EFBIG, sumUp(adding: counts) { return }
            log("a call is not counted: \(path): \(error)")
        }
    }

    /// The size of the file with the line; nil: another process is about to replace it.
    private func append(_ line: [UInt8]) throws(Errno) -> Int? {
        let file = try folder.healing { () throws(Errno) in
            try FileDescriptor.open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK)
        }
        let raw = file.raw
        // Held until the line is written, so that no line is added to a file that was replaced.
        guard let share = try FileLock.tryShare(owning: file), let size = sizeIfCurrent(raw) else { return nil }
        if size > CounterFile.largest { throw Errno("write", code: EFBIG) }
        let written = try Descriptor.write(raw, line)
        _ = consume share
        if written < line.count { throw Errno("write", code: ENOSPC) }
        return size + written
    }

    /// nil: the open file is no longer the one at this path.
    private func sizeIfCurrent(_ raw: CInt) -> Int? {
        var (open, there) = (stat(), stat())
        guard fstat(raw, &open) == 0, lstat(path, &there) == 0, open.st_ino == there.st_ino,
            open.st_dev == there.st_dev
        else { return nil }
        return Int(open.st_size)
    }

    /// Replaces the lines by one, to which `counts` are added. False where other calls are adding lines just now, or the disk
    /// refuses it; then a later call does it.
    @discardableResult
    private func sumUp(adding counts: Counts?) -> Bool {
        do throws(Errno) {
            let file = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK)
            let raw = file.raw
            guard let alone = try FileLock.tryLock(owning: file), sizeIfCurrent(raw) != nil else { return false }
            var (sum, broken) = (Counts(), 0)
            do throws(AtomicFile.Refusal) {
                (sum, broken) = Counts.read(try AtomicFile.read(path, limit: CounterFile.largest * 2).bytes)
            } catch {
                // It may be readable again in a moment.
                if case .unreadable = error { return false }
                broken = 1
            }
            if let counts { sum.add(counts) }
            try AtomicFile.write(sum.line, to: path, durably: false)
            _ = consume alone
            if broken > 0 {
                log("the counters lose \(broken) \(broken == 1 ? "line" : "lines") that made no sense: \(path)")
            }
            return true
        } catch { return false }
    }
}
