import AGI
import Call
import Audio
import Cognigy
import Configuration
import Glibc
import HTTP
import State
import System
import Text
import Transport

/// Makes sounds of what the service says, some ahead of their turn: downloads, voices, conversions.
final class PromptMaker {
    /// How words become sound here.
    enum Voice {
        case service(url: Location, key: String?, name: String)
        case socket(SynthesisStream.Address)
        case command([String])
        /// Whatever program this machine has.
        case machine(locale: String?)
        case none

        /// What makes one sound differ from another of the same words.
        var identity: [String]? {
            switch self {
            case .service(let url, _, let name): ["service", url.text, name]
            case .socket(let address):
                ["socket", address.location.text, address.voice, address.language ?? ""]
            case .command(let command): ["command"] + command
            case .machine, .none: nil
            }
        }

        /// Whether it can be asked for another speaker, or for another language.
        var takesName: Bool {
            switch self {
            case .service, .socket: true
            case .command, .machine, .none: false
            }
        }
        var takesLanguage: Bool {
            switch self {
            case .socket, .machine: true
            case .service, .command, .none: false
            }
        }

        /// The one that a message wants, and what of its wish that is; the same where it wants none or cannot have it.
        func speaking(_ message: Message) -> (voice: Voice, wish: String?) {
            switch self {
            case .service(let url, let key, let name):
                guard let wish = message.voice, wish != name else { return (self, nil) }
                return (.service(url: url, key: key, name: wish), wish)
            case .socket(let address):
                let wish = SynthesisStream.Address(
                    location: address.location, key: address.key, voice: message.voice ?? address.voice,
                    language: message.language ?? address.language)
                if wish == address { return (self, nil) }
                return (.socket(wish), [wish.voice, wish.language].compactMap(\.self).joined(separator: " "))
            case .machine:
                guard let wish = message.language else { return (self, nil) }
                return (.machine(locale: wish), wish)
            case .command, .none: return (self, nil)
            }
        }

        /// With the program of this machine, where one is looked for.
        fileprivate var found: Voice {
            guard case .machine(let locale) = self else { return self }
            let path = getenv("PATH").map { String(cString: $0) }
            return VoiceProgram.find(path: path, locale: locale).map { .command($0) } ?? self
        }
    }

    struct Finished {
        let id: Playlist.ID
        let sound: Playlist.Sound?
        /// Why there is no sound; nil where there is one, or nothing to say.
        let loss: Loss?
    }

    /// How many messages are worked on at once; the others wait for their turn.
    static let mostAtOnce = 2
    /// How many seconds of sound may wait to be heard, one message excepted.
    static let mostAhead = 10 * 60
    /// As so many seconds counts a sound of which nobody knows how long it is.
    private static let usualLength = 60
    /// How long a voice program may take once it has used up its whole time for an earlier message.
    static let lastPatience = Duration.seconds(1)

    private let client: HTTPClient
    private let download: AudioDownload
    /// It is only looked for when there is a text to speak.
    private lazy var voice = configured.found
    private let configured: Voice
    /// Voices and languages that were wished for and are not to be had.
    private var refused: Set<String> = []
    private let state: StateFolder?
    private let log: (LogLevel, String) -> Void
    private var folder: CallFolder
    private var jobs: [Playlist.ID: PromptJob] = [:]
    /// A connection for the next text, where the voice is a WebSocket.
    private(set) var spare: SynthesisSocket?
    /// Those that have spoken, as far as anybody knows.
    private var silent: [SilentVoice] = []
    private var files: [Playlist.ID: (path: String, seconds: Int)] = [:]
    private var programPatience = PromptJob.programTimeout
    private let mostAhead: Int

    init(
        client: HTTPClient, download: AudioDownload, voice: Voice, folder: consuming CallFolder,
        state: StateFolder? = nil, mostAhead: Int = PromptMaker.mostAhead,
        log: @escaping (LogLevel, String) -> Void
    ) {
        self.client = client
        self.download = download
        configured = voice
        self.state = state
        self.mostAhead = mostAhead
        self.folder = folder
        self.log = log
    }

    /// Takes on a message, which `step` begins with.
    func prepare(_ id: Playlist.ID, _ order: PromptOrder) {
        let leavesNumbers = if case .machine = configured { true } else { false }
        jobs[id] = PromptJob(
            order.message, download: download, token: order.token, format: order.format, leavesNumbers: leavesNumbers,
            log: log
        ) { [unowned self] in
            let (wished, wish) = self.configured.speaking(order.message)
            let isRefused = wish.map { self.refused.contains($0) } ?? true
            let voice = isRefused ? self.voice : wished.found
            // Of what may not be written down nothing is kept.
            let identity = order.message.isSensitive ? nil : voice.identity
            let cache = identity.map {
                VoiceCache(folder: self.state, identity: $0 + [order.format.fileExtension])
            }
            return PromptJob.Speech(
                voice: voice, wish: isRefused ? nil : wish, cache: cache, patience: self.programPatience,
                connect: { [unowned self] in connect($0, isNew: $1) }
            ) { [unowned self] in
                if let wish { refused.insert(wish) }
            }
        }
    }

    func discard(_ id: Playlist.ID) {
        jobs.removeValue(forKey: id)?.cancel(client, &folder)
        if let file = files.removeValue(forKey: id) { folder.remove(file.path) }
        // There may be room for the next.
        for (id, job) in jobs {
            job.isHeldBack = false
            job.mayGrow = mayGrow(behind: secondsAhead(of: id))
        }
    }

    /// Removes every file and stops every job.
    func finish() {
        for job in jobs.values { job.cancel(client, &folder) }
        jobs = [:]
        files = [:]
        for voice in silent { voice.stream.end() }
        silent = []
        spare?.end()
        spare = nil
        folder.removeAll()
    }

    private var current: ArraySlice<(key: Playlist.ID, value: PromptJob)> {
        jobs.sorted { $0.key < $1.key }.prefix(PromptMaker.mostAtOnce)
    }

    var interests: [Poll.Interest] {
        current.flatMap { $0.value.interests } + idle.compactMap(\.interest)
    }

    /// When `step` wants to be called at the latest; now, while there is something to begin with or to convert.
    var deadline: Duration? {
        if spare?.hasMore == true || spare?.isUsable == false { return .zero }
        let times = current.map(\.value.deadline) + [spare?.deadline] + silent.map(\.deadline)
        return times.compactMap(\.self).min()
    }

    /// Opens a connection for the next text, unless one stands.
    func openAhead() {
        guard case .socket(let address) = configured, spare?.isUsable != true else { return }
        spare = open(address)
    }

    private func open(_ address: SynthesisStream.Address) -> SynthesisSocket {
        SynthesisSocket(client, address, timeout: PromptJob.streamTimeout, now: MonotonicClock.now())
    }

    private func connect(_ address: SynthesisStream.Address, isNew: Bool) -> SynthesisSocket {
        guard !isNew, let ready = spare, ready.isUsable, ready.address == address else { return open(address) }
        spare = nil
        openAhead()
        return ready
    }

    /// The poll found these descriptors ready.
    func process(_ ready: [CInt: Poll.Events], _ now: Duration) {
        for socket in sockets { socket.process(ready, now) }
    }

    /// Those that belong to no job.
    private var idle: [SynthesisSocket] { [spare].compactMap(\.self) + silent.map(\.stream) }
    private var sockets: [SynthesisSocket] { idle + jobs.values.compactMap(\.stream) }

    func completed(_ completion: (id: Int, result: Result<Response, Failure>), _ now: Duration) {
        if sockets.contains(where: { $0.completed(completion, now) }) { return }
        for job in jobs.values where job.owns(completion.id) { job.completed(completion.result, client) }
    }

    /// Does a slice of work for every job; what has become of those that are over.
    func step(_ now: Duration) -> [Finished] {
        tendSockets(now)
        var finished: [Finished] = []
        for (id, job) in current {
            let ahead = secondsAhead(of: id)
            job.isHeldBack = job.mayWait && ahead > 0 && ahead + (job.seconds ?? 0) > mostAhead
            job.mayGrow = mayGrow(behind: ahead)
            if job.isHeldBack { continue }
            guard let outcome = job.step(now, client, &folder) else { continue }
            if case .growing(let path) = outcome {
                finished.append(Finished(id: id, sound: .growing(path), loss: nil))
                continue
            }
            jobs[id] = nil
            if let voice = job.silent { silent.append(voice) }
            if job.hasHung { programPatience = PromptMaker.lastPatience }
            switch outcome {
            case .file(let path), .growing(let path):
                files[id] = (path, job.seconds ?? 0)
                finished.append(Finished(id: id, sound: .file(path), loss: nil))
            case .number(let number):
                finished.append(
                    Finished(id: id, sound: .number(number, isSensitive: job.message.isSensitive), loss: nil))
            case .nothing(let loss): finished.append(Finished(id: id, sound: nil, loss: loss))
            }
        }
        return finished
    }

    private func tendSockets(_ now: Duration) {
        spare?.wake(now)
        if spare?.isUsable == false {
            spare?.end()
            spare = nil
        }
        silent.removeAll { $0.isDone(now) }
    }

    /// Asterisk carries this command out from now on.
    func sent(_ command: Command, now: Duration) {
        for job in jobs.values {
            if case .streamFile(let path, _, let sample) = command, job.isGrowing(path) {
                job.began(at: sample, now: now)
            } else {
                job.stopped()
            }
        }
    }

    /// Whether a sound may be written while it is still arriving. Else it is first awaited as a whole, and may then be held back.
    private func mayGrow(behind seconds: Int) -> Bool { seconds == 0 || seconds + Self.usualLength <= mostAhead }

    /// How many seconds of sound are written, or being written, that are heard before this one.
    private func secondsAhead(of id: Playlist.ID) -> Int {
        files.reduce(0) { $0 + ($1.key < id ? $1.value.seconds : 0) }
            + jobs.reduce(0) { $0 + ($1.key < id && $1.value.isWriting ? $1.value.seconds ?? 0 : 0) }
    }
}
