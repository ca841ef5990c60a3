import System

/// run_agi() of res_agi.c: what Asterisk does with a program's commands, a caller's keys and a hangup. It does no I/O
/// but looking up sounds; time comes in. Ask `next` again and again until it has nothing to do.
package struct AGIServer: Sendable {
    /// What the owner of the pipes has to do now.
    enum Action: Equatable {
        /// One read(2) of the program's stdout, blocking in the real thing.
        case read
        /// One write(2) to its stdin.
        case write(String)
        case sendHangupSignal
        /// The program closed its stdout: wait until it ends.
        case end
        /// Asterisk serves it no more: close both pipes, and do not wait.
        case abandon
    }

    enum Activity {
        case idle
        /// Inside fgets(), which waits for the rest of a line and looks at nothing else.
        case reading
        case running(RunningCommand)
        case ended
    }

    package internal(set) var record: CallRecord
    let sounds: FakeSounds
    let isEnhanced: Bool
    var activity = Activity.idle
    private(set) var isHungUp = false
    private(set) var isDead = false
    private var reader = CommandReader()
    private var keys: [PressedKey] = []
    private var actions: [Action] = []

    /// A key whose end has come and which nobody has read from the channel yet.
    struct PressedKey: Equatable {
        let digit: Character
        let began: Duration
        let ended: Duration
    }

    init(channel: FakeChannel, sounds: FakeSounds, isEnhanced: Bool = false) {
        record = CallRecord(channel: channel)
        self.sounds = sounds
        self.isEnhanced = isEnhanced
    }

    // MARK: What comes in

    mutating func received(_ bytes: [UInt8]) { reader.feed(bytes) }
    mutating func receivedEnd() { reader.end() }

    mutating func press(_ key: PressedKey) {
        if isHungUp { note(key, .lost(.hungUp), at: key.ended) } else { keys.append(key) }
    }

    /// ast_softhangup().
    mutating func hangUp(by who: CallRecord.Hangup, at now: Duration) {
        if isHungUp { return }
        isHungUp = true
        record.isChannelThere = false
        append(.hangup(who), at: now)
    }

    // MARK: What to do

    /// Does poll(2) look at the program's stdout now?
    var watchesProgram: Bool {
        switch activity {
        case .idle, .reading: true
        case .running(let command): command.isInterruptible
        case .ended: false
        }
    }

    /// Does the caller's voice reach the program now, under EAGI?
    var passesVoice: Bool {
        switch activity {
        case .idle: !isDead
        case .running(let command):
            if case .application = command.kind { false } else { true }
        case .reading, .ended: false
        }
    }

    /// When something is due without anything coming in.
    var deadline: Duration? {
        if case .running(let command) = activity { command.deadline } else { nil }
    }

    /// The next thing to do, when `readable` says whether poll(2) reports the program's stdout.
    mutating func next(readable: Bool, at now: Duration) -> Action? {
        while true {
            if !actions.isEmpty { return actions.removeFirst() }
            switch activity {
            case .idle:
                // ast_check_hangup() is asked before the pipe is looked at.
                if isHungUp && !isDead {
                    die(at: now)
                } else if readable {
                    activity = .reading
                } else if !keys.isEmpty {
                    // "Idle the channel until we get a command": ast_read(), ast_frfree().
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

    /// The channel is dry: dead mode, and news for the program.
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
        // A C string: what follows a NUL does not exist, and an empty one means that the program has ended.
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

    /// The rest of the wait(2) status, once it is known.
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

    /// RESULT_FAILURE: it spoils AGISTATUS unless the reason is the hangup.
    mutating func fail() {
        if isDead || !isHungUp { record.status = .failure }
    }

    mutating func append(_ what: CallRecord.What, at now: Duration) {
        record.events.append(CallRecord.Event(at: now, what: what))
    }

    mutating func note(_ key: PressedKey, _ fate: CallRecord.Key.Fate, at now: Duration) {
        append(.key(.init(digit: key.digit, began: key.began, ended: key.ended, fate: fate)), at: now)
    }

    /// The next key that a running command reads, if it came before `limit`.
    mutating func takeKey(before limit: Duration?) -> PressedKey? {
        guard let key = keys.first, limit.map({ key.ended <= $0 }) ?? true else { return nil }
        keys.removeFirst()
        return key
    }
}
