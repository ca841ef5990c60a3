import Glibc
import JSON
import System

/// The folder that the processes of all calls share. Where it cannot be used, no state is kept.
///
/// The room State holds what calls share through files: tokens, TLS sessions, circuit breakers, saved dialogs, cached voices, webhooks
/// that came, the files of each call, its log, metrics and counters. Every file is read whole or not at all, every wait for a
/// lock is short, and a call goes on where a disk is full, read-only or frozen.
public struct StateFolder: Sendable {
    public let path: String
    /// Where files lie that must survive a restart of the machine. No call writes there.
    public let lastingPath: String
    private let runtime: RuntimeFolder?

    /// Makes the folder where it is missing. nil, and one line to `report`, where others may use it.
    public init?(path: String, report: (String) -> Void) {
        do throws(PrivateFolder.Refusal) {
            try PrivateFolder.prepare(path)
        } catch {
            report("no state is kept: \(error)")
            return nil
        }
        self.path = path
        lastingPath = path
        runtime = nil
    }

    /// The folder where it exists and only we may use it. Nothing is written.
    init?(existing path: String) {
        // Most machines never have one, and who could enter it is a search through /etc/passwd.
        if access(path, F_OK) != 0 { return nil }
        do throws(PrivateFolder.Refusal) { try PrivateFolder.check(path) } catch { return nil }
        self.path = path
        lastingPath = path
        runtime = nil
    }

    /// The folder of the calls of `state`: a runtime folder in memory, or the state folder itself where that lies in memory
    /// or there is no other memory, or else a folder of this user in /tmp, because prompts must be written somewhere.
    public init?(
        ofCalls state: String, memory: String = "/dev/shm", report: (String) -> Void
    ) {
        let state = StateFolder.normal(state)
        if !StateFolder.isInMemory(state) {
            do throws(PrivateFolder.Refusal) {
                if let runtime = try RuntimeFolder(for: state, below: memory) {
                    self.runtime = runtime
                    path = runtime.path
                    lastingPath = state
                    return
                }
            } catch {
                report("calls share a folder on disk: \(error)")
            }
        }
        guard
            let folder = StateFolder(path: state, report: report)
                ?? StateFolder(path: StateFolder.substitute, report: report)
        else { return nil }
        self = folder
    }

    private static var substitute: String { "/tmp/cognigy-bridge-\(geteuid())" }

    /// The folder for what must survive a restart. It is made where it is missing.
    public func lasting(report: (String) -> Void = { _ in }) -> StateFolder? {
        if lastingPath == path { return self }
        return StateFolder(path: lastingPath, report: report)
            ?? StateFolder(path: StateFolder.substitute, report: report)
    }

    /// Whether the folder is in memory, so that no disk holds up a writer.
    public var isInMemory: Bool { runtime != nil || StateFolder.isInMemory(path) }

    /// A folder that does not exist yet will lie on the file system of its parent.
    private static func isInMemory(_ state: String) -> Bool {
        (FileSystem(of: state) ?? FileSystem(of: parent(of: state)))?.isMemory == true
    }

    /// Writes the path in one way, so that all processes compute the same names from it.
    private static func normal(_ path: String) -> String {
        let steps = steps(of: path).filter { $0 != "." }.joined(by: "/")
        return path.hasPrefix("/") ? "/\(steps)" : steps
    }

    private static func steps(of path: String) -> [String] { path.split(separator: "/").map(String.init) }

    static func parent(of path: String) -> String {
        let steps = steps(of: path).dropLast().map(\.self).joined(by: "/")
        return path.hasPrefix("/") ? "/\(steps)" : steps.isEmpty ? "." : steps
    }

    /// Tries once more in a folder made anew where a cleaner removed the folder.
    func healing<Result: ~Copyable>(_ attempt: () throws(Errno) -> Result) throws(Errno) -> Result {
        do throws(Errno) { return try attempt() } catch {
            if error.code != ENOENT || !restore() { throw error }
            return try attempt()
        }
    }

    private func restore() -> Bool {
        if let runtime { return runtime.restore() }
        do throws(PrivateFolder.Refusal) { try PrivateFolder.prepare(path) } catch { return false }
        return true
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }

    static let largestFile = 1 << 16

    /// The content of a file; nil where the file is absent, foreign, exposed or broken.
    func read(_ name: String) -> JSON? {
        guard let content = try? AtomicFile.read(path(name), limit: StateFolder.largestFile) else { return nil }
        return try? JSON(parsing: content.bytes)
    }

    /// Replaces a file; false where the disk refuses it or `read` would find it too large. A file that a crash may undo
    /// need not be written `durably`.
    @discardableResult
    func write(_ value: JSON, _ name: String, durably: Bool = true) -> Bool {
        let bytes = value.serialized
        if bytes.count > StateFolder.largestFile { return false }
        do throws(Errno) {
            try healing { () throws(Errno) in try AtomicFile.write(bytes, to: path(name), durably: durably) }
            return true
        } catch { return false }
    }

    func remove(_ name: String) { StateFolder.remove(path(name)) }

    static func remove(_ path: String) { unlink(path) }

    /// Takes the lock that guards `name`, trying until `patience` is over; then nil. Where no lock can be made at all (full
    /// or read-only disk), the result guards nothing and stops nobody.
    func lock(_ name: String, patience: Duration = .zero) -> FileLock? {
        let deadline = MonotonicClock.now() + patience
        while true {
            do throws(Errno) {
                let lock = try healing { () throws(Errno) in try FileLock.tryLock(path("\(name).lock")) }
                if let lock { return lock }
            } catch {
                return .unguarded()
            }
            if MonotonicClock.now() >= deadline { return nil }
            StateFolder.pause()
        }
    }

    /// Between two tries for a lock.
    static func pause() { usleep(1000) }
}
