import Counters
import Glibc
import JSON
import State
import System
import Text

/// One of many processes that the tests of the State room start, and kill. When its stdin ends, all begin together.
let arguments = CommandLine.arguments.dropFirst()
guard let command = arguments.first, let path = arguments.dropFirst().first else { exit(2) }
let state = StateFolder(path: path) { _ in }

func waitForTheStart() {
    while case .bytes? = try? Descriptor.read(0) {}
}

func say(_ text: String) {
    _ = try? Descriptor.write(1, Array("\(text)\n".utf8))
}

switch command {
case "refresh":
    // As a call does: look, take the lock, look again, fetch, store.
    let cache = TokenCache(folder: state, identity: ["probe"])
    waitForTheStart()
    while true {
        if case .fresh(let token) = cache.lookup(now: WallClock.now()) {
            say("has \(token.text)")
            break
        }
        if let lock = cache.tryLock() {
            if cache.lookup(now: WallClock.now()) == .missing {
                say("fetched")
                usleep(20_000)
                cache.store("token", expiresIn: 3600, now: WallClock.now())
            }
            _ = consume lock
        } else {
            usleep(1000)
        }
    }
case "store":
    let cache = TokenCache(folder: state, identity: ["probe"])
    waitForTheStart()
    var hasStored = false
    while true {
        let letter = "abcdefgh".randomElement().map(String.init) ?? "a"
        let token = String(repeating: letter, count: .random(in: 1...8000))
        cache.store(token, expiresIn: 3600, now: WallClock.now())
        if !hasStored { say("started") }
        hasStored = true
    }
case "keep":
    // The TLS sessions of one call after the other, each of its own length and of one byte.
    let cache = TicketCache(folder: state, identity: ["probe"])
    waitForTheStart()
    var hasKept = false
    while true {
        let now = WallClock.now()
        let session = [UInt8](repeating: .random(in: 0...255), count: .random(in: 1...8000))
        cache.keep(
            .init(session: session, trustedUntil: now + 3600, expiresAt: now + 3600), of: ["host"], now: now)
        if !hasKept { say("started") }
        hasKept = true
    }
case "probe":
    var breaker = CircuitBreaker(folder: state, identity: ["probe"])
    let now = Double(arguments.last ?? "") ?? 0
    waitForTheStart()
    switch breaker.admit(now: now) {
    case .allowed: say("allowed")
    case .probe: say("probe")
    case .refused: say("refused")
    }
case "fail":
    var breaker = CircuitBreaker(folder: state, identity: ["probe"])
    waitForTheStart()
    breaker.failed(now: Double(arguments.last ?? "") ?? 0)
case "hold":
    var folder = CallFolder(state: state)
    for size in [0, 1, 100_000] {
        _ = try folder.store([UInt8](repeating: 7, count: size), extension: "sln")
    }
    say("holds")
    waitForTheStart()
    if arguments.last == "crowded" {
        // No descriptor is left for the end.
        while open("/dev/null", O_RDONLY) >= 0 {}
    }
    folder.removeAll()
case "calls":
    // The files of one call after the other.
    let cache = TokenCache(folder: state, identity: ["calls"])
    waitForTheStart()
    for number in 0..<(Int(arguments.last ?? "") ?? 0) {
        if number == 1 { say("has begun") }
        let now = WallClock.now()
        if cache.lookup(now: now) == .missing, let lock = cache.tryLock() {
            cache.store("token", expiresIn: 3600, now: now)
            _ = consume lock
        }
        var breaker = CircuitBreaker(folder: state, identity: ["calls"])
        if number % 3 == 0 { breaker.failed(now: now) } else { breaker.succeeded(now: now) }
        state?.sweep(now: now)
        var folder = CallFolder(state: state)
        let first = try folder.store([UInt8](repeating: 7, count: 100), extension: "sln")
        _ = try folder.store([UInt8](repeating: 7, count: 100), extension: "sln16")
        folder.remove(first)
        folder.removeAll()
    }
case "everything":
    // What a call does with its state; nothing of it may fail the call.
    let log = Log(target: .file("\(path)/log"), level: .info)
    let now = WallClock.now()
    log.write(.info, "begins")
    Metrics(path: "\(path)/metrics", log: log).append(["event": "begin"])
    let cache = TokenCache(folder: state, identity: ["full"])
    say(cache.tryLock() == nil ? "waits" : "fetches")
    cache.store("token", expiresIn: 3600, now: now)
    say(cache.lookup(now: now) == .missing ? "no token" : "token")
    var breaker = CircuitBreaker(folder: state, identity: ["full"])
    for _ in 0..<9 { breaker.failed(now: now) }
    say(breaker.admit(now: now) == .allowed ? "allowed" : "refused")
    var folder = CallFolder(state: state)
    say((try? folder.store([1, 2, 3], extension: "sln")) == nil ? "no prompt" : "prompt")
    folder.removeAll()
    let dialog = DialogState(folder: state, caller: "15551234567", identity: [])
    say(dialog.save(.init(lastIntent: nil, sessionData: [:]), now: now) ? "saved" : "not saved")
    say(dialog.take(now: now) == nil ? "fresh" : "resumed")
    say(Slots(folder: state, count: 1).take() == nil ? "no slot" : "slot")
    let voices = VoiceCache(folder: state, identity: [])
    voices.store([1, 2], of: "Hello.", now: now)
    say(voices.samples(of: "Hello.") == nil ? "unknown" : "known")
case "sweep":
    waitForTheStart()
    state?.sweep(now: WallClock.now() + 301)
case "lines":
    let log = Log(target: .file("\(path)/log"), level: .info)
    let metrics = Metrics(path: "\(path)/metrics", log: log)
    waitForTheStart()
    say("started")
    while true {
        let text = String(repeating: "x", count: .random(in: 0...3000))
        metrics.append(["event": .string(text), "pid": .integer(Int(getpid()))])
        log.write(.info, "<\(text)>")
        usleep(1000)
    }
case "count":
    // So many calls, each of which was hung up. What is lost is said.
    guard let state else { exit(2) }
    // What five hundred processes at once wait for on a busy machine is no fault of the file.
    let file = CounterFile(folder: state, patience: .seconds(60)) { say($0) }
    var counts = Counts()
    counts.addEnding("HANGUP", "hangup")
    waitForTheStart()
    for _ in 0..<(Int(arguments.last ?? "") ?? 0) { file.add(counts) }
case "turns":
    // The turns of one call.
    let log = Log(target: .file("\(path)/log"), level: .info)
    let metrics = Metrics(path: "\(path)/metrics", log: log)
    waitForTheStart()
    for number in 0..<(Int(arguments.last ?? "") ?? 0) {
        metrics.append([
            "timestamp": .string(Timestamp.text(WallClock.now())), "event_type": "voice_turn",
            "user_id": .string("\(getpid())"), "intent": .string(String(repeating: "i", count: .random(in: 0...2000))),
            "confidence": 0.9, "stt_latency_ms": 120.5, "tts_latency_ms": .null, "cognigy_latency_ms": 80.1,
            "audio_bytes_processed": .integer(number),
        ])
    }
case "resume":
    let dialog = DialogState(folder: state, caller: "15551234567", identity: ["probe"])
    waitForTheStart()
    say(dialog.take(now: WallClock.now()) == nil ? "fresh" : "resumed")
case "dialogs":
    let dialog = DialogState(folder: state, caller: "15551234567", identity: ["probe"])
    waitForTheStart()
    say("started")
    while true {
        let letter = "abcdefgh".randomElement().map(String.init) ?? "a"
        let data = String(repeating: letter, count: .random(in: 1...50_000))
        dialog.save(.init(lastIntent: letter, sessionData: .string(data)), now: WallClock.now())
        if Bool.random(), let taken = dialog.take(now: WallClock.now())?.memory,
            Set(taken.sessionData.string ?? "") != Set(taken.lastIntent ?? "-")
        {
            say("torn")
        }
    }
case "slot":
    let slots = Slots(folder: state, count: Int(arguments.last ?? "") ?? 0)
    waitForTheStart()
    let slot = slots.take()
    say(slot == nil ? "none" : "has")
    // Until it is killed.
    if slot != nil { pause() }
    _ = consume slot
case "slots":
    let slots = Slots(folder: state, count: Int(arguments.last ?? "") ?? 0)
    waitForTheStart()
    say("started")
    while true {
        let slot = slots.take()
        usleep(.random(in: 0...500))
        _ = consume slot
    }
case "sentences":
    // Every text has samples of its own, so that a reader knows what it must find.
    let cache = VoiceCache(folder: state, identity: ["probe"], limit: Int(arguments.last ?? "") ?? 0)
    waitForTheStart()
    say("started")
    while true {
        let number = Int.random(in: 0..<40)
        let samples = [UInt8](repeating: UInt8(number), count: 60_000 + 1000 * number)
        if let found = cache.samples(of: "sentence \(number)") {
            if found != samples { say("wrong") }
        } else {
            cache.store(samples, of: "sentence \(number)", now: WallClock.now())
        }
    }
case "letters":
    let letters = DeadLetters(folder: state)
    waitForTheStart()
    say("started")
    while true {
        let letter = DeadLetter(sessionID: "s", steps: [.stop, .reset], confidence: 1, time: WallClock.now())
        if case .lost(let reason) = letters.add(letter) { say(reason) }
    }
case "deliver":
    // As the door does, into a file; with that many of them, it stays with the last in hand until it is killed.
    let letters = DeadLetters(folder: state)
    let most = Int(arguments.last ?? "")
    var count = 0
    waitForTheStart()
    say("started")
    let delivery = letters.deliver(now: WallClock.now()) { letter in
        try? LineFile.append(Array("\(letter.sessionID)\n".utf8), to: "\(path)/sent")
        count += 1
        if count == most { pause() }
        usleep(.random(in: 0...2000))
        return .delivered
    }
    switch delivery {
    case .done: say("done")
    case .underWay: say("under way")
    case .impossible: say("impossible")
    }
case "see":
    let webhooks = SeenWebhooks(folder: state)
    waitForTheStart()
    switch webhooks.see(arguments.last ?? "", now: WallClock.now()) {
    case .new: say("new")
    case .replayed: say("replayed")
    case .unknown: say("unknown")
    }
case "control":
    guard let socket = ControlSocket(folder: state, session: arguments.last ?? "", report: say) else { exit(1) }
    let descriptor = socket.descriptor
    say("listens")
    while socket.next() != .stop {
        let ready = try Poll.wait(for: [Poll.Interest(descriptor, .readable)], timeout: .seconds(60))
        if ready.isEmpty { exit(1) }
    }
    say("stopped")
    waitForTheStart()
case "controls":
    // Calls of one session, one after the other.
    waitForTheStart()
    say("started")
    while true {
        let socket = ControlSocket(folder: state, session: arguments.last ?? "", report: say)
        _ = consume socket
    }
case "interrupted":
    // What a webhook does with its state.
    let letter = DeadLetter(sessionID: "s", steps: [.stop], confidence: 1, time: WallClock.now())
    if case .lost = DeadLetters(folder: state).add(letter) { say("lost") } else { say("kept") }
    if case .unknown = SeenWebhooks(folder: state).see("id", now: WallClock.now()) {
        say("unknown")
    } else {
        say("seen")
    }
    let socket = ControlSocket(folder: state, session: "s") { _ in say("no socket") }
    let isStopped = ControlSocket.stop(folder: state, session: "s")
    say(isStopped ? "stopped" : "not stopped")
    _ = consume socket
default: exit(2)
}
