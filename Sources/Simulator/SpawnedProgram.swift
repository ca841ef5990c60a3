import CSystem
import Glibc
import System

/// A program with its stdin and stdout on pipes, signals at default, cwd `/` and nothing open above stderr, as after
/// launch_script() of res_agi.c. It does not outlive this value.
struct SpawnedProgram: ~Copyable {
    let pid: pid_t
    /// Its stdin.
    let input: FileDescriptor
    /// Its stdout.
    let output: FileDescriptor
    /// Readable when it has ended. pidfd_open(2).
    let ending: FileDescriptor
    private(set) var exit: CallRecord.Exit?

    /// `path` is executed with `words` as its argv. In `further`, a descriptor of ours becomes its fd 3.
    init(
        _ path: String, words: [String], environment: [String: String], standardError: CInt, further: CInt? = nil
    ) throws(Errno) {
        var toProgram = try Pipe()
        var fromProgram = try Pipe()
        guard let theirInput = toProgram.reader.take(), let ourInput = toProgram.writer.take(),
            let ourOutput = fromProgram.reader.take(), let theirOutput = fromProgram.writer.take()
        else { throw Errno("pipe", code: EBADF) }
        let started = try Self.spawn(
            path, words, environment, [theirInput.raw, theirOutput.raw, standardError] + (further.map { [$0] } ?? []))
        let ended = FileDescriptor(owning: try retryingOnInterrupt("pidfd_open") { pidfd_open(started, 0) })
        pid = started
        input = ourInput
        output = ourOutput
        ending = ended
    }

    deinit {
        if exit != nil { return }
        // The group: what the program started and left behind goes too.
        kill(-pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }

    mutating func signal(_ number: CInt) {
        if exit == nil { kill(pid, number) }
    }

    /// waitpid(2) without waiting: how it ended, once it has.
    mutating func reap() -> CallRecord.Exit? {
        if let exit { return exit }
        var status: CInt = 0
        guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
        let signal = Int(status & 0x7f)
        exit = signal == 0 ? .code(Int(status >> 8) & 0xff) : .signal(signal)
        return exit
    }

    /// posix_spawn(3). `descriptors` become 0, 1, 2 and so on.
    private static func spawn(
        _ path: String, _ words: [String], _ environment: [String: String], _ descriptors: [CInt]
    ) throws(Errno) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // First out of the way, so that no target is overwritten before it was used as a source.
        let base = CInt(100)
        for (target, source) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, base + CInt(target))
        }
        for target in descriptors.indices {
            posix_spawn_file_actions_adddup2(&actions, base + CInt(target), CInt(target))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, CInt(descriptors.count))
        posix_spawn_file_actions_addchdir_np(&actions, "/")

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var pid: pid_t = 0
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in arguments + variables { free(word) } }
        let code = posix_spawn(&pid, path, &actions, &attributes, &arguments, &variables)
        if code != 0 { throw Errno("posix_spawn", code: code) }
        return pid
    }
}
