import Bridge
import Checkup
import Configuration
import Glibc
import State
import System

/// Checks the places where calls keep and write something.
struct FilesCheck {
    private let paths: Settings.Paths

    /// In bytes: a disk with less is full, or will be in a moment.
    private static let leastRoom = 1 << 20

    init(_ settings: Settings) { paths = settings.paths }

    /// The folder that calls share; nil where they can keep nothing.
    func run(_ steps: CheckSteps) -> StateFolder? {
        var folder: StateFolder?
        let mayWrite = steps.run("state folder") { () throws(Trouble) in
            folder = try state()
            return paths.state
        }
        if mayWrite, let folder { steps.run("memory") { () throws(Trouble) in try Self.memory(folder) } }
        if paths.log != .off { steps.run("log") { () throws(Trouble) in try log() } }
        if let file = paths.metrics { steps.run("metrics") { () throws(Trouble) in try Self.metrics(file) } }
        if let traces = paths.trace { steps.run("trace") { () throws(Trouble) in try Self.trace(traces) } }
        return mayWrite ? folder : nil
    }

    /// Writes a file into the lasting folder first, to prove that it can be written.
    private func state() throws(Trouble) -> StateFolder {
        var refusal = ""
        if StateFolder(path: paths.state, report: { refusal = $0 }) == nil {
            throw Trouble(.machine, sentence: refusal)
        }
        let remedy = "make room on that disk, or name another in [paths] state"
        try Self.write(in: paths.state, remedy)
        if let room = FileSystem(of: paths.state)?.free, room < Self.leastRoom {
            throw Trouble(.machine, "the disk of \(paths.state) is full", remedy)
        }
        guard let folder = StateFolder(ofCalls: paths.state, report: { refusal = $0 }) else {
            throw Trouble(.machine, sentence: refusal)
        }
        return folder
    }

    private static func write(in folder: String, _ remedy: String) throws(Trouble) {
        // If we are killed now, a call sweeps a file of this name away.
        let file = "\(folder)/check\(AtomicFile.temporarySuffix)"
        do throws(Errno) { try AtomicFile.write("check".utf8, to: file) } catch {
            throw Trouble(.machine, "\(folder): a file cannot be written (\(error))", remedy)
        }
        unlink(file)
    }

    private static func memory(_ folder: StateFolder) throws(Trouble) -> String {
        if !folder.isInMemory {
            throw .warning(
                "calls share \(folder.path), which is on a disk: where that stalls, calls do",
                "mount a tmpfs on /dev/shm, or give this container one")
        }
        guard let room = FileSystem(of: folder.path)?.free, room >= leastPrompts else {
            throw Trouble(
                .machine, "\(folder.path) has no room for prompts", "make room there, or mount a larger tmpfs")
        }
        return "\(folder.path), with room for \(room >> 20) MiB"
    }

    /// In bytes: the room that calls leave to others, and a minute of sound.
    private static let leastPrompts = 6 << 20

    private func log() throws(Trouble) -> String {
        let log = Log(target: paths.log, level: paths.logLevel)
        if let refusal = log.refusal(of: "this line is cognigy-bridge check's: the log takes lines") {
            let user = Account.words(geteuid())
            throw Trouble(
                .machine, refusal,
                paths.log == .syslog
                    ? "start a syslog daemon, or name a file in [paths] log"
                    : "make room there, let \(user) write it, or name another in [paths] log")
        }
        switch paths.log {
        case .syslog: return "syslog takes lines"
        case .file(let file): return "\(file) takes lines"
        case .off: return ""
        }
    }

    /// Nothing is written: programs read the lines.
    private static func metrics(_ file: String) throws(Trouble) -> String {
        let remedy = "let \(Account.words(geteuid())) write it, or name another in [paths] metrics"
        do throws(Errno) { try LineFile.append([], to: file) } catch {
            // open(2): a FIFO that nobody reads.
            if error.code == ENXIO { throw .warning("nobody reads \(file), so its lines are lost", "start its reader") }
            throw Trouble(.machine, "\(file) takes no lines (\(error))", remedy)
        }
        var status = stat()
        if stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let room = FileSystem(of: file)?.free,
            room < leastRoom
        {
            throw Trouble(
                .machine, "the disk of \(file) is full", "make room there, or name another in [paths] metrics")
        }
        return "\(file) takes lines"
    }

    private static func trace(_ folder: String) throws(Trouble) -> String {
        do throws(PrivateFolder.Refusal) { try PrivateFolder.prepare(folder) } catch {
            throw Trouble(.machine, sentence: "\(error)")
        }
        try write(in: folder, "make room on that disk, or name another in [paths] trace")
        return folder
    }
}
