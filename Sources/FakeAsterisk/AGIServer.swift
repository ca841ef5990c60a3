import System

/// run_agi() of res_agi.c as a state machine: what Asterisk does with a program's commands, with keys and with a
/// hangup. It does no I/O except that it looks up sound files, and it is told the time. After each input, call `next`
/// until it returns nil.
public struct AGIServer: Sendable {
    /// What the owner of the pipes has to do next.
    enum Action: Equatable {
        /// Read the program's stdout with one read(2). Asterisk blocks in it.
        case read
        /// Write this to its stdin with one write(2).
        case write(String)
        case sendHangupSignal
        /// The program has closed its stdout. Wait until it ends.
        case end
        /// Asterisk stops serving the program. Close both pipes and do not wait.
        case abandon
    }

    enum Activity {
        case idle
        /// Inside fgets(), which waits for the rest of a line. Keys and a hangup are not looked at.
        case reading
        case running(RunningCommand)
        case ended
    }

    public internal(set) var record: CallRecord
    let sounds: FakeSounds
    let isEnhanced: Bool
    let subroutines: [String: CallPlan.Subroutine]
    var activity = Activity.idle
    private(set) var isHungUp = false
    private(set) var isDead = false
    private var reader = CommandReader()
    private var keys: [PressedKey] = []
    private var actions: [Action] = []

    /// A key that was released and not yet read from the channel.
    struct PressedKey: Equatable {
        let digit: Character
        let began: Duration
        let ended: Duration
    }

    init(
        channel: FakeChannel, sounds: FakeSounds, isEnhanced: Bool = false,
        subroutines: [String: CallPlan.Subroutine] = [:]
    ) {
        record = CallRecord(channel: channel)
        self.sounds = sounds
        self.isEnhanced = isEnhanced
        self.subroutines = subroutines
    }

    // MARK: What comes in

    mutating func received(_ bytes: [UInt8]) { reader.feed(bytes) }
    mutating func receivedEnd() { reader.end() }

    mutating func press(_ key: PressedKey) {
        if isHungUp { note(key, .lost(.hungUp), at: key.ended) } else { keys.append(key) }
    }

    /// ast_softhangup(): the channel is hung up, and run_agi() will notice.
    mutating func hangUp(by who: CallRecord.Hangup, at now: Duration) {
        if isHungUp { return }
        isHungUp = true
        record.isChannelThere = false
        append(.hangup(who), at: now)
    }

    // MARK: What to do

    /// Whether poll(2) waits for the program's stdout now.
    var watchesProgram: Bool {
        switch activity {
        case .idle, .reading: true
        case .running(let command): command.isInterruptible
        case .ended: false
        }
    }

    /// Whether the caller's voice is written to the program now, under EAGI.
    var passesVoice: Bool {
        switch activity {
        case .idle: !isDead
        case .running(let command):
            command.isServedByUs
        case .reading, .ended: false
        }
    }

    var playing: PlayingSound? {
        if case .running(let command) = activity { command.sound } else { nil }
    }

    /// When `next` has to be called although nothing came in; nil for never.
    var deadline: Duration? {
        if case .running(let command) = activity { command.deadline } else { nil }
    }

    /// The next thing to do; nil for nothing. `readable`: whether poll(2) reports the program's stdout as readable.
    mutating func next(readable: Bool, at now: Duration) -> Action? {
        while true {
            if !actions.isEmpty { return actions.removeFirst() }
            switch activity {
            case .idle:
                // run_agi() calls ast_check_hangup() before it looks at the pipe.
                if isHungUp && !isDead {
                    die(at: now)
                } else if readable {
                    activity = .reading
                } else if !keys.isEmpty {
                    // "Idle the channel until we get a command": ast_read() and ast_frfree() drop the key.
                    note(keys.removeFirst(), .lost(.noCommandRunning), at: now)
                } else {
                    return nil
                }
            case .reading:
                guard let line = reader.next() else { return readable ? .read : nil }
                take(line, at: now)
            case .running(let command):
                guard advance(command, readable: readable, at: now) else { return nil }
            case .ended:
                return nil
            }
        }
    }

    /// run_agi() has noticed the hangup: only some commands are served from now on, and the program gets SIGHUP.
    private mutating func die(at now: Duration) {
        isDead = true
        for key in keys { note(key, .lost(.hungUp), at: now) }
        keys = []
        if record.status == .success { record.status = .hangup }
        if !record.channel.isFalse("AGISIGHUP") {
            append(.sentHangupSignal, at: now)
            actions.append(.sendHangupSignal)
        }
        if record.channel.isTrue("AGIEXITONHANGUP") { abandon() }
    }

    private mutating func take(_ bytes: [UInt8], at now: Duration) {
        activity = .idle
        // fgets() gives a C string: it ends at a NUL, and an empty one means that the program has closed its stdout.
        let text = bytes.prefix { $0 != 0 }
        if text.isEmpty { return end() }
        let line = text.last == UInt8(ascii: "\n") ? text.dropLast() : text
        append(.command(String(decoding: line, as: UTF8.self)), at: now)
        if line.prefix(7).map({ $0 | 0x20 }).elementsEqual("failure".utf8) {
            record.status = .failure
            return abandon()
        }
        run(CommandWords.split(line), at: now)
    }

    private mutating func end() { stop(.end) }

    private mutating func abandon() {
        if !record.channel.isFalse("AGISIGHUP") { actions.append(.sendHangupSignal) }
        stop(.abandon)
    }

    private mutating func stop(_ action: Action) {
        record.leftover = reader.leftover
        activity = .ended
        actions.append(action)
    }

    /// The program has ended with this status.
    mutating func exited(_ exit: Subprocess.ExitStatus, at now: Duration) {
        append(.exited(exit), at: now)
        record.exit = exit
        record.length = now
        let hangup = record.events.first { if case .hangup = $0.what { true } else { false } }
        record.hangupToExit = hangup.map { now - $0.at }
        if record.status == .success && exit != .code(0) { record.status = .failure }
    }

    // MARK: For the commands

    mutating func reply(_ line: String, at now: Duration) {
        append(.reply(line), at: now)
        actions.append(.write(line + "\n"))
    }

    /// RESULT_FAILURE: AGISTATUS becomes FAILURE, unless the reason is the hangup.
    mutating func fail() {
        if isDead || !isHungUp { record.status = .failure }
    }

    mutating func append(_ what: CallRecord.What, at now: Duration) {
        record.events.append(CallRecord.Event(at: now, what: what))
    }

    mutating func note(_ key: PressedKey, _ fate: CallRecord.Key.Fate, at now: Duration) {
        append(.key(.init(digit: key.digit, began: key.began, ended: key.ended, fate: fate)), at: now)
    }

    /// Takes the next key for a running command; nil if there is none that was released before `limit`.
    mutating func takeKey(before limit: Duration?) -> PressedKey? {
        guard let key = keys.first, limit.map({ key.ended <= $0 }) ?? true else { return nil }
        keys.removeFirst()
        return key
    }
}
