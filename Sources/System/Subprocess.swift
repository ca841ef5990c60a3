import CSystem
import Glibc

/// A child process in its own process group, which does not outlive this value.
public struct Subprocess: ~Copyable {
    public enum ExitStatus: Equatable, Sendable {
        case code(CInt)
        case signal(CInt)

        /// The encoding of wait(2).
        init(_ status: CInt) {
            let signal = status & 0x7f
            self = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
        }
    }

    public let pid: pid_t
    private var status: ExitStatus?
    /// Whether `pid` is that of a guard, which ends the program when it is told to.
    private let isGuarded: Bool

    /// Starts `command`, which is looked up in PATH unless it has a slash. The child has the given descriptors as its 0, 1
    /// and 2, /dev/null in place of those that are not given, `fourth` as its 3, and no other. Every signal is back at its
    /// default.
    public init(
        _ command: [String], environment: [String]? = nil,
        input: CInt? = nil, output: CInt? = nil, errors: CInt? = nil, fourth: CInt? = nil, folder: String? = nil
    ) throws(Errno) {
        guard let program = command.first else { throw Errno("posix_spawn", code: EINVAL) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The copies are above 3, so that no dup2 in the child overwrites the source of a later one.
        var copies: [CInt] = []
        defer { for copy in copies { close(copy) } }
        for (target, source) in ([input, output, errors] + (fourth.map { [$0] } ?? [])).enumerated() {
            let target = CInt(target)
            if let source {
                let copy = try retryingOnInterrupt("fcntl") { fcntl(source, F_DUPFD_CLOEXEC, 4) }
                copies.append(copy)
                posix_spawn_file_actions_adddup2(&actions, copy, target)
            } else {
                posix_spawn_file_actions_addopen(&actions, target, "/dev/null", target == 0 ? O_RDONLY : O_WRONLY, 0)
            }
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, fourth == nil ? 3 : 4)
        if let folder { posix_spawn_file_actions_addchdir_np(&actions, folder) }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        let arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let variables = environment.map { $0.map { strdup($0) } + [nil] }
        defer { for variable in variables ?? [] { free(variable) } }
        var child: pid_t = 0
        let code = posix_spawnp(&child, program, &actions, &attributes, arguments, variables ?? currentEnvironment())
        if code != 0 { throw Errno("posix_spawn", code: code) }
        pid = child
        isGuarded = false
    }

    /// How much a guarded program may use; 0 is no limit.
    public struct Limits: Sendable {
        public let cpuSeconds: UInt
        /// In bytes.
        public let memory: UInt

        public init(cpuSeconds: UInt = 0, memory: UInt = 0) {
            self.cpuSeconds = cpuSeconds
            self.memory = memory
        }
    }

    /// Starts a program that does not outlive this process, even where this process is killed. The same holds for what the
    /// program starts, as long as it stays in its process group. The program has /dev/null as its 2 and no further
    /// descriptors.
    public init(
        guarding command: [String], environment: [String], input: CInt, output: CInt, limits: Limits
    ) throws(Errno) {
        if command.isEmpty { throw Errno("execve", code: EINVAL) }
        let arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        let variables = environment.map { strdup($0) } + [nil]
        defer { for variable in variables { free(variable) } }
        var failure: CInt = 0
        let child = arguments.withUnsafeBufferPointer { arguments in
            variables.withUnsafeBufferPointer { variables in
                var plan = guard_plan(
                    program: arguments[0], arguments: arguments.baseAddress, environment: variables.baseAddress,
                    input: input, output: output, cpu: limits.cpuSeconds, memory: limits.memory)
                return guard_start(&plan, &failure)
            }
        }
        if child < 0 { throw Errno("execve", code: failure) }
        pid = child
        isGuarded = true
    }

    deinit {
        if status == nil {
            kill(SIGKILL)
            Subprocess.wait(for: pid, options: 0)
        }
    }

    /// Sends `signal` to the child and everything that it started, unless it was already reaped. A guarded program is
    /// killed, whatever the signal.
    public func kill(_ signal: CInt) {
        if status != nil { return }
        if isGuarded { Glibc.kill(pid, SIGTERM) } else { killpg(pid, signal) }
    }

    /// How the child ended; nil while it runs.
    public mutating func reap() -> ExitStatus? {
        status = status ?? Subprocess.wait(for: pid, options: WNOHANG)
        return status
    }

    /// A descriptor that is readable when the child has ended. pidfd_open(2).
    public func ending() throws(Errno) -> FileDescriptor {
        FileDescriptor(owning: try retryingOnInterrupt("pidfd_open") { pidfd_open(pid, 0) })
    }

    /// Waits until the child ends.
    @discardableResult
    public mutating func wait() -> ExitStatus {
        let end = status ?? Subprocess.wait(for: pid, options: 0) ?? .signal(SIGKILL)
        status = end
        return end
    }

    /// waitpid(2); nil while the child runs.
    @discardableResult
    private static func wait(for pid: pid_t, options: CInt) -> ExitStatus? {
        var status: CInt = 0
        while true {
            let result = waitpid(pid, &status, options)
            if result == pid { return ExitStatus(status) }
            if result == 0 { return nil }
            // ECHILD: SIGCHLD is ignored or the child was reaped elsewhere. It is gone and its status is lost.
            if errno != EINTR { return .signal(SIGKILL) }
        }
    }
}

private func currentEnvironment() -> [UnsafeMutablePointer<CChar>?] {
    var variables: [UnsafeMutablePointer<CChar>?] = []
    var next = environ
    while let variable = next.pointee {
        variables.append(variable)
        next += 1
    }
    return variables + [nil]
}
