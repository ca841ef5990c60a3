import Glibc
import System

/// One call of the fake Asterisk. This room plays Asterisk's end of AGI() and EAGI() without an Asterisk: it starts a
/// program as res_agi.c does, answers its commands (`AGIServer`), lets sounds last as long as they would last on a
/// telephone, and does what a caller does: press keys, speak, hang up (`ScriptedCaller` by a plan, `PatientCaller` by
/// what is heard). What happened is in a `CallRecord`. It shares no code with the rooms `AGI` and `Call`, which it
/// tests.
///
/// `run` carries a call to its end. An owner with a poll loop of its own polls `interests` for `timeout` and calls
/// `advance` instead.
public struct FakeCall: ~Copyable {
    public enum Failure: Error, CustomStringConvertible {
        case system(Errno)
        /// The call did not end before the deadline; the record up to then.
        case deadline(CallRecord)

        public var description: String {
            switch self {
            case .system(let errno): errno.description
            case .deadline(let record): "The call did not end in time.\n\(Transcript(of: record))"
            }
        }
    }

    private var server: AGIServer
    private var caller: ScriptedCaller
    private var program: LaunchedProgram?
    /// The program's process; nil if it could not be started.
    public let processID: pid_t?
    /// Our ends of the program's stdout, stdin and voice pipe, and a descriptor that is readable once it has ended.
    private let commands: CInt
    private let replies: CInt
    private let ear: CInt
    private let ending: CInt
    private var voice: FakeVoice?
    private let started: Duration
    private let speed: Double
    public private(set) var isOver = false

    /// Starts `program` with AGI()'s arguments, or EAGI()'s if `enhanced`. `environment` is added to what Asterisk
    /// gives. With a `speed` of 10, ten seconds of the call (sounds, keys, timeouts, times in the record) pass in one.
    public init(
        program path: String, arguments: [String] = [], environment: [String: String] = [:], plan: CallPlan = [],
        channel: FakeChannel = FakeChannel(), sounds: FakeSounds, speed: Double = 1,
        enhanced: Bool = false, standardError: CInt = 2
    ) throws(Failure) {
        // A program may end while a reply is being written.
        signal(SIGPIPE, SIG_IGN)
        started = MonotonicClock.now()
        self.speed = speed
        server = AGIServer(channel: channel, sounds: sounds, isEnhanced: enhanced, subroutines: plan.subroutines)
        caller = ScriptedCaller(plan)
        voice =
            enhanced
            ? FakeVoice(
                isWide: channel.variables["EAGI_AUDIO_FORMAT"] == "slin16", hasSilence: channel.hasSilence,
                echo: channel.echo)
            : nil
        do throws(Errno) {
            program = try LaunchedProgram.start(
                [path] + arguments, environment: environment, standardError: standardError, isEnhanced: enhanced)
        } catch {
            throw .system(error)
        }
        switch program {
        case .some(let program):
            commands = program.commands.rawReader
            replies = program.replies.rawWriter
            ear = program.voice.rawWriter
            ending = program.ending.raw
            processID = program.process.pid
        case nil:
            (commands, replies, ear, ending, processID) = (-1, -1, -1, -1, nil)
            // launch_script() calls stat() first; if exec fails after that, its child prints "failure".
            server.record.status = access(path, F_OK) == 0 ? .failure : .notFound
            isOver = true
        }
        for line in channel.environmentLines(request: path, enhanced: enhanced, arguments: arguments) { write(line) }
    }

    /// The same with the sounds of one folder.
    public init(
        program path: String, arguments: [String] = [], environment: [String: String] = [:], plan: CallPlan = [],
        channel: FakeChannel = FakeChannel(), sounds: String = "/var/lib/asterisk/sounds/en", speed: Double = 1,
        enhanced: Bool = false, standardError: CInt = 2
    ) throws(Failure) {
        try self.init(
            program: path, arguments: arguments, environment: environment, plan: plan, channel: channel,
            sounds: FakeSounds(folder: sounds), speed: speed, enhanced: enhanced, standardError: standardError)
    }

    /// Runs the call to its end.
    public consuming func run(deadline: Duration = .seconds(20)) throws(Failure) -> CallRecord {
        let end = MonotonicClock.now() + deadline
        do throws(Errno) {
            try advance()
            while !isOver {
                let left = max(end - MonotonicClock.now(), .zero)
                _ = try Poll.wait(for: interests, timeout: min(timeout ?? left, left))
                try advance()
                // Looked at once more at the end: this process may have had no turn for all that time.
                if left == .zero { break }
            }
        } catch {
            throw .system(error)
        }
        if !isOver { throw .deadline(record) }
        return record
    }

    // MARK: Turning the loop

    public var record: CallRecord { server.record }

    /// How long the call has lasted, in the time of the call (see `speed`).
    public var elapsed: Duration { (MonotonicClock.now() - started) * speed }

    /// The descriptors to poll.
    public var interests: [Poll.Interest] {
        guard !isOver else { return [] }
        if case .ended = server.activity { return [Poll.Interest(ending, .readable)] }
        return server.watchesProgram ? [Poll.Interest(commands, .readable)] : []
    }

    /// How long to poll at most; nil means without a limit.
    public var timeout: Duration? {
        let next = [server.deadline, caller.deadline, isOver ? nil : voice?.deadline].compactMap { $0 }.min()
        return next.map { max(.zero, ($0 - elapsed) / speed) }
    }

    /// The caller presses a key now.
    public mutating func press(_ key: Character) {
        caller.press(key, holding: .milliseconds(100), at: elapsed)
    }

    /// Under EAGI, the caller says these samples (signed 16-bit little-endian) after what is being said.
    public mutating func say(_ samples: [UInt8]) { voice?.say(samples) }

    /// The file that STREAM FILE would play under that name.
    public func sound(named name: String) -> FakeSounds.Sound? {
        server.sounds.open(name, for: server.record.channel.nativeFormat)
    }

    /// The caller hangs up now.
    public mutating func hangUp() { server.hangUp(by: .caller, at: elapsed) }

    /// Does everything that is due. Call it after each poll, and once before the first.
    public mutating func advance() throws(Errno) {
        while !isOver {
            let now = elapsed
            speak(at: now)
            if let deed = caller.next(view, at: now) {
                perform(deed, at: now)
            } else if let action = server.next(readable: try isReadable(), at: now) {
                try perform(action)
            } else if let deed = caller.next(view, at: now) {
                // The command that has just begun or ended may be the trigger of the next step.
                perform(deed, at: now)
            } else {
                break
            }
        }
        guard !isOver, case .ended = server.activity, let exit = program?.process.reap() else { return }
        server.exited(exit, at: elapsed)
        isOver = true
    }

    private var view: ScriptedCaller.View {
        var view = ScriptedCaller.View(isIdle: false, isWaiting: false, events: server.record.events)
        switch server.activity {
        case .idle: view.isIdle = true
        case .running(let command):
            switch command.kind {
            case .waitForDigit: view.isWaiting = true
            case .getData: view.isWaiting = command.sound == nil
            case .streamFile: view.isWaiting = command.isSilence
            default: break
            }
        case .reading, .ended: break
        }
        return view
    }

    private mutating func perform(_ deed: ScriptedCaller.Deed, at now: Duration) {
        switch deed {
        case .key(let key): server.press(key)
        case .say(let samples): voice?.say(samples)
        case .hangUp: server.hangUp(by: .caller, at: now)
        }
    }

    /// Writes the caller's voice to the program until the caller has hung up.
    private mutating func speak(at now: Duration) {
        if server.isHungUp { voice = nil }
        while let due = voice?.deadline, let frame = voice?.next(at: now, playing: server.playing) {
            server.record.voiceDelay = max(server.record.voiceDelay, now - due)
            // If the pipe is full, the frame is lost and nobody is told, as in Asterisk.
            if server.passesVoice { _ = try? Descriptor.write(ear, frame) }
        }
    }

    private mutating func perform(_ action: AGIServer.Action) throws(Errno) {
        switch action {
        case .read:
            switch try Descriptor.read(commands, limit: CommandReader.readSize) {
            case .bytes(let bytes): server.received(bytes)
            case .end: server.receivedEnd()
            case .nothingYet: break
            }
        case .write(let text): write(text)
        // To this process only, as run_agi() does it, and not to its process group.
        case .sendHangupSignal: if let pid = program?.process.pid { kill(pid, SIGHUP) }
        case .end: break
        case .abandon: program?.closePipes()
        }
    }

    private func write(_ text: String) {
        // ast_carefulwrite(): the reply is dropped if the program does not read for 100 ms.
        try? Descriptor.writeAll(replies, text.utf8, deadline: MonotonicClock.now() + .milliseconds(100))
    }

    private func isReadable() throws(Errno) -> Bool {
        guard server.watchesProgram else { return false }
        return try !Poll.wait(for: Poll.Interest(commands, .readable), timeout: .zero).isEmpty
    }
}
