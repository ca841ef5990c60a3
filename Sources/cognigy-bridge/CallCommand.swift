import AGI
import FakeAsterisk
import Glibc
import System
import Telephones

/// `cognigy-bridge call`: a fake Asterisk that runs this program as its AGI child, and prints both sides of the call.
struct CallCommand: ~Copyable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Returns success if the call was completed.
    @Sendable static func run(_ arguments: [String], _ environment: [String: String]) -> ExitCode {
        do {
            let options = try CallOptions(arguments)
            // A call to the stand-in has a configuration and a state folder of its own, so root may stay root.
            if options.service != nil, !Operator.stepDown(environment) { return .failure }
            if options.digits == nil && !Descriptor.isTerminal(0) {
                throw Failure(description: "call: this is no terminal, so the keys have to come with --digits")
            }
            let signals = try Signals([SIGINT, SIGTERM, SIGHUP])
            var command = try CallCommand(options, signals: consume signals)
            return try command.run()
        } catch {
            Console.write("\(error)\n", to: 2, within: .seconds(5))
            if error is CallOptions.Mistake { Console.write(CallOptions.usage + "\n", to: 2, within: .seconds(5)) }
            return error is CallOptions.Mistake ? .usage : .failure
        }
    }

    private let signals: Signals
    private var service: DemoService?
    private var asterisk: FakeCall
    private var bridgeErrors: Pipe
    private var bridgeLines = Lines()
    private var caller: PatientCaller?
    private var terminal: KeyTerminal?
    private var view: CallView
    private var shown = 0
    private var keysReceived = 0
    /// The descriptors of the service's journal and of the keyboard, while they are open.
    private var journal: CInt?
    private var keyboard: CInt?
    private var wasInterrupted = false
    /// When to print that no greeting came; nil once something was played, or it was printed.
    private var wonders: Duration? = .seconds(3)
    /// When the bridge must have ended; set at the hangup.
    private var patience: Duration?

    init(_ options: CallOptions, signals: consuming Signals) throws {
        let program = ProcessEnvironment.program
        var environment = ProcessEnvironment.variables
        let isColoured = Descriptor.isTerminal(1) && (environment["NO_COLOR"] ?? "").isEmpty
        var service: DemoService?
        var journal: CInt?
        if let url = options.service {
            let target = try CallTarget(url, environment)
            environment = target.environment
            let (what, trouble) = target.lines()
            Console.print("          \(what)")
            if let trouble { Console.printError(trouble) }
        } else {
            var standIn = try DemoService(program)
            try standIn.start(signals: signals.raw)
            environment = DemoConfiguration.environment(environment, with: standIn.configuration)
            journal = standIn.raw
            service = consume standIn
        }
        var channel = FakeChannel()
        channel.uniqueID = "\(Int(WallClock.now())).\(getpid())"
        let terminal: KeyTerminal? = options.digits == nil ? try KeyTerminal(0) : nil
        var bridgeErrors = try Pipe()
        let asterisk = try FakeCall(
            program: program, environment: environment, channel: channel,
            sounds: FakeSounds(folder: AsteriskFolders.sounds(environment), language: channel.language),
            standardError: bridgeErrors.rawWriter)
        bridgeErrors.writer = nil

        self.signals = signals
        self.service = service
        self.journal = journal
        self.asterisk = asterisk
        self.bridgeErrors = bridgeErrors
        self.terminal = terminal
        keyboard = options.digits == nil ? 0 : nil
        caller = options.digits.map(PatientCaller.init(keys:))
        view = CallView(isColoured: isColoured)
    }

    mutating func run() throws -> ExitCode {
        Console.print(view.heading(withService: journal != nil))
        if keyboard != nil { Console.print("          keys: 0 to 9, * and #; h hangs up") }
        while true {
            try asterisk.advance()
            showAsterisk()
            if asterisk.isOver { break }
            if let patience, patience <= asterisk.elapsed {
                throw Failure(description: "call: the bridge did not end after the hangup")
            }
            if let wonders, wonders <= asterisk.elapsed {
                self.wonders = nil
                Console.print(view.lineWithoutGreeting(at: asterisk.elapsed))
            }
            if !listen() { try wait(atMost: nil) }
        }
        // The service may still have entries about the end of the call.
        let end = MonotonicClock.now() + .seconds(2)
        while journal != nil, MonotonicClock.now() < end, try wait(atMost: .milliseconds(150)) {}
        return summary()
    }

    // MARK: The poll

    /// Polls once and handles what came. Returns false if nothing did.
    @discardableResult
    private mutating func wait(atMost limit: Duration?) throws -> Bool {
        let errors = bridgeErrors.rawReader
        let others = [signals.raw, errors, journal, keyboard].compactMap { $0 }.filter { $0 >= 0 }
        let ours = [caller?.deadline, patience, wonders].compactMap { $0 }.min().map {
            max(.zero, $0 - asterisk.elapsed)
        }
        let ready = try Poll.wait(
            for: asterisk.interests + others.map { Poll.Interest($0, .readable) },
            timeout: asterisk.isOver ? limit : [asterisk.timeout, ours].compactMap { $0 }.min())
        if ready[signals.raw] != nil, signals.next() != nil { try interrupt() }
        if ready[errors] != nil { try readErrors() }
        if let journal, ready[journal] != nil { try readJournal() }
        if let keyboard, ready[keyboard] != nil { try readKeys() }
        return !ready.isEmpty
    }

    /// Hangs up for the caller. The second signal ends the program at once.
    private mutating func interrupt() throws {
        if wasInterrupted || asterisk.isOver { throw Failure(description: "call: interrupted") }
        wasInterrupted = true
        asterisk.hangUp()
    }

    private mutating func readErrors() throws {
        guard case .bytes(let bytes) = try Descriptor.read(bridgeErrors.rawReader) else {
            bridgeErrors.reader = nil
            return
        }
        for line in bridgeLines.receive(bytes) { Console.print(view.line(saidByBridge: line, at: asterisk.elapsed)) }
    }

    private mutating func readJournal() throws {
        guard let entries = try service?.entries() else {
            journal = nil
            return
        }
        for entry in entries {
            if entry.event == .dtmf { keysReceived += 1 }
            if entry.event == .input { keysReceived += entry["digits"]?.string?.count ?? 0 }
            if let line = view.line(for: entry, at: asterisk.elapsed) { Console.print(line) }
        }
    }

    private mutating func readKeys() throws {
        guard case .bytes(let bytes) = try Descriptor.read(0) else {
            keyboard = nil
            return asterisk.hangUp()
        }
        for key in bytes.map({ Character(UnicodeScalar($0)) }) {
            if "0123456789*#".contains(key) { asterisk.press(key) }
            if key == "h" || key == "\u{4}" { asterisk.hangUp() }
        }
    }

    /// Lets the scripted caller act, if it is time. Returns false if it is not.
    private mutating func listen() -> Bool {
        switch caller?.next(at: asterisk.elapsed) {
        case .press(let key): asterisk.press(key)
        case .hangUp: asterisk.hangUp()
        case nil: return false
        }
        return true
    }

    // MARK: What is shown

    private mutating func showAsterisk() {
        for event in asterisk.record.events.dropFirst(shown) {
            shown += 1
            caller?.notice(event)
            switch event.what {
            case .playing, .hangup, .exited: wonders = nil
            default: break
            }
            if case .hangup = event.what { patience = event.at + .seconds(10) }
            if let line = view.line(for: event) { Console.print(line) }
        }
    }

    private func summary() -> ExitCode {
        let record = asterisk.record
        let status = record.variables["COGNIGY_STATUS"]
        let received = journal == nil && service == nil ? record.returnedKeys.count : keysReceived
        Console.print("")
        for (name, value) in [
            ("AGISTATUS", record.status.rawValue), ("COGNIGY_STATUS", status ?? "not set"),
            ("COGNIGY_REASON", record.variables["COGNIGY_REASON"] ?? "not set"),
            ("turns", record.variables["COGNIGY_TURNS"] ?? "not set"),
            ("keys", "\(record.keys.count) pressed, \(received) received"),
            ("length", "\(Transcript.time(record.length).drop { $0 == " " }) s"),
        ] {
            Console.print("\(name)\(String(repeating: " ", count: 16 - name.count))\(value)")
        }
        return status == "COMPLETED" ? .success : .failure
    }
}
