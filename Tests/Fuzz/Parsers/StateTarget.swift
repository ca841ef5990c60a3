import Cognigy
import Digests
import Glibc
import JSON
import System

@testable import State

extension Target {
    /// Files of the state folder, whose content is anything: the first byte says whose file it is. A file that makes no sense
    /// is a miss and never an error; a token is not used before or beyond its life; an open breaker closes within a
    /// minute and a probe; a TLS session is used within an hour; and what a process writes then is read as what it wrote.
    static let state = Target(name: "state-files") { bytes in
        guard let kind = bytes.first else { return }
        let content = Array(bytes.dropFirst())
        switch kind % 7 {
        case 0: token(content)
        case 1: breaker(content)
        case 2: dialog(content)
        case 3: letter(content)
        case 4: voice(content)
        case 5: tally(content)
        default: ticket(content)
        }
    }

    private static let now = 1_700_000_000.0
    private static let identity = ["id", "of", "fuzz"]

    /// In memory, and alone for this process.
    private static let folder: StateFolder = {
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
        guard let folder = StateFolder(path: "\(place)/cognigy-bridge-fuzz-\(getpid())", report: { _ in }) else {
            complain("there is a folder")
        }
        atexit { Target.sweep() }
        return folder
    }()

    private static func sweep() {
        guard let names = try? FolderListing.names(folder.path) else { return }
        for name in names { unlink("\(folder.path)/\(name)") }
        for name in ["dialogs", "voices"] {
            for file in (try? FolderListing.names("\(folder.path)/\(name)")) ?? [] {
                unlink("\(folder.path)/\(name)/\(file)")
            }
            rmdir("\(folder.path)/\(name)")
        }
        rmdir(folder.path)
    }

    private static func put(_ content: [UInt8], _ path: String) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        try? Descriptor.writeWhole(file, content)
        close(file)
    }

    private static func token(_ content: [UInt8]) {
        var cache = TokenCache(folder: folder, identity: identity, jitter: 0.5)
        put(content, folder.path("token-" + fingerprint))
        switch cache.lookup(now: now) {
        case .missing: break
        case .fresh(let token), .refreshDue(let token):
            demand(!token.text.isEmpty, "a token is not empty")
            demand(now < token.expiresAt, "a token is used within its life")
            demand(token.expiresAt <= now + TokenCache.longestLifetime + 10, "a token lives a day at most")
            cache.drop(token)
            demand(cache.lookup(now: now) == .missing, "a token that is refused is gone")
        }
        cache = TokenCache(folder: folder, identity: identity, jitter: 0.5)
        cache.store("new", expiresIn: 3600, now: now)
        guard case .fresh(let token) = cache.lookup(now: now), token.text == "new" else {
            complain("what is written is read")
        }
    }

    private static func breaker(_ content: [UInt8]) {
        var breaker = CircuitBreaker(folder: folder, identity: identity)
        put(content, folder.path("breaker-" + fingerprint))
        switch breaker.admit(now: now) {
        case .allowed: break
        case .probe:
            breaker.failed(now: now)
            guard case .refused(let time) = breaker.admit(now: now) else { complain("a probe that failed is one") }
            demand(time > now && time <= now + 60, "an open breaker closes within a minute")
        case .refused(let time):
            demand(time > now && time <= now + 60 + 20 + 10, "an open breaker closes within a minute and a probe")
        }
        breaker.succeeded(now: now)
        demand(breaker.admit(now: now) == .allowed, "a service that works is allowed")
    }

    private static func dialog(_ content: [UInt8]) {
        let state = DialogState(folder: folder, caller: "4930", identity: identity)
        state.save(DialogMemory(lastIntent: "i", sessionData: ["a": 1]), now: now)
        let names = (try? FolderListing.names(folder.path("dialogs"))) ?? []
        demand(names.count == 1, "a dialog is one file")
        put(content, folder.path("dialogs/\(names[0])"))
        _ = state.take(now: now)
        demand(state.take(now: now) == nil, "a dialog is taken once")
        let memory = DialogMemory(lastIntent: String(content), sessionData: ["a": .string(String(content))])
        guard state.save(memory, now: now) else { return }
        demand(state.take(now: now)?.memory == memory, "what is written is read")
    }

    private static func voice(_ content: [UInt8]) {
        let cache = VoiceCache(folder: folder, identity: identity)
        cache.store([1, 2], of: "word", now: now)
        let names = (try? FolderListing.names(folder.path("voices"))) ?? []
        demand(names.count == 1, "a word is one file")
        put(content, folder.path("voices/\(names[0])"))
        let length = Digest.sha256Length
        if let samples = cache.samples(of: "word") {
            demand(Digest.sha256(samples[...]) == Array(content.prefix(length)), "what is played is whole")
        }
        cache.store(content, of: "word", now: now)
        demand(content.isEmpty || cache.samples(of: "word") == content, "what is written is read")
    }

    /// Its digest is right, as only the writer can make it.
    private static func ticket(_ content: [UInt8]) {
        guard let ticket = TicketRecord.ticket(in: Digest.sha256(content[...]) + content, now: now) else { return }
        demand(
            now < ticket.expiresAt && ticket.expiresAt <= ticket.trustedUntil, "a TLS session is used within its life")
        demand(ticket.trustedUntil <= now + 3605, "a certificate counts for an hour")
        let cache = TicketCache(folder: folder, identity: identity)
        cache.keep(ticket, of: ["host"], now: now)
        demand(cache.find(["host"], now: now) == ticket, "what is written is read")
        cache.drop(["host"])
    }

    private static func letter(_ content: [UInt8]) {
        guard let json = try? JSON(parsing: content), let letter = DeadLetter(json) else { return }
        demand(!letter.steps.isEmpty && (0...1).contains(letter.confidence), "a letter makes sense")
        demand(DeadLetter(letter.file) == letter, "what is written is read")
    }

    private static func tally(_ content: [UInt8]) {
        let lines = content.split(separator: 10).count
        if FailureTally(path: "").isTooMany(content, now: now) {
            demand(lines >= FailureTally(path: "").threshold, "few failures are not too many")
        }
    }

    private static let fingerprint: String = {
        let cache = TokenCache(folder: folder, identity: identity, jitter: 0.5)
        cache.store("x", expiresIn: 10, now: now)
        let names = (try? FolderListing.names(folder.path)) ?? []
        guard let name = names.first(where: { $0.hasPrefix("token-") && !$0.hasSuffix(".lock") }) else {
            complain("a token is a file")
        }
        return String(name.dropFirst("token-".count))
    }()
}
