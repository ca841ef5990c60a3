import Glibc
import System

/// The program that AGI() has started, with the pipes that launch_script() gives it.
struct LaunchedProgram: ~Copyable {
    var process: Subprocess
    /// Its stdout.
    var commands: Pipe
    /// Its stdin.
    var replies: Pipe
    /// The caller's voice. Under EAGI the program reads it from its descriptor 3; otherwise nobody reads it.
    let voice: Pipe
    /// Readable once the program has ended.
    let ending: FileDescriptor

    /// Starts the program; nil if it cannot be executed.
    static func start(
        _ words: [String], environment: [String: String], standardError: CInt, isEnhanced: Bool
    ) throws(Errno) -> LaunchedProgram? {
        let end = MonotonicClock.now() + .seconds(1)
        while true {
            do throws(Errno) {
                return try LaunchedProgram(words, environment, standardError, isEnhanced)
            } catch {
                // A script that was just written: a child that another thread is starting has it open until it becomes
                // its program.
                if error.code == ETXTBSY, MonotonicClock.now() < end {
                    usleep(1000)
                    continue
                }
                if error.call == "posix_spawn" { return nil }
                throw error
            }
        }
    }

    private init(
        _ words: [String], _ environment: [String: String], _ standardError: CInt, _ isEnhanced: Bool
    ) throws(Errno) {
        var commands = try Pipe()
        var replies = try Pipe()
        var voice = try Pipe()
        let process = try Subprocess(
            words, environment: Self.variables(environment), input: replies.rawReader, output: commands.rawWriter,
            errors: standardError, fourth: isEnhanced ? voice.rawReader : nil, folder: "/")
        ending = try process.ending()
        commands.writer = nil
        replies.reader = nil
        voice.reader = nil
        Descriptor.setNonBlocking(voice.rawWriter)
        self.process = process
        self.commands = commands
        self.replies = replies
        self.voice = voice
    }

    mutating func closePipes() {
        commands.reader = nil
        replies.writer = nil
    }

    private static func variables(_ given: [String: String]) -> [String] {
        let own = [
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "AST_CONFIG_DIR": "/etc/asterisk",
            "AST_CONFIG_FILE": "/etc/asterisk/asterisk.conf", "AST_MODULE_DIR": "/usr/lib/asterisk/modules",
            "AST_SPOOL_DIR": "/var/spool/asterisk", "AST_MONITOR_DIR": "/var/spool/asterisk/monitor",
            "AST_VAR_DIR": "/var/lib/asterisk", "AST_DATA_DIR": "/usr/share/asterisk",
            "AST_LOG_DIR": "/var/log/asterisk", "AST_AGI_DIR": "/usr/share/asterisk/agi-bin",
            "AST_KEY_DIR": "/usr/share/asterisk/keys", "AST_RUN_DIR": "/var/run/asterisk",
        ]
        return own.merging(given) { $1 }.map { "\($0)=\($1)" }
    }
}
