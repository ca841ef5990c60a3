import Audio
import Cognigy
import Configuration
import HTTP
import State
import System
import Transport

/// Makes sounds of what the service says, several at once and ahead of their turn: downloads, voices, conversions.
final class Speaker {
    /// How words become sound here.
    enum Voice {
        case service(url: Location, key: String?, name: String)
        case command([String])
        case none

        /// What makes one sound differ from another of the same words.
        var identity: [String]? {
            switch self {
            case .service(let url, _, let name): ["service", url.text, name]
            case .command(let command): ["command"] + command
            case .none: nil
            }
        }
    }

    struct Finished {
        let id: Playlist.ID
        let sound: Playlist.Sound?
        var loss: Loss?
    }

    /// So many messages are worked on at once; the others wait for their turn.
    static let mostAtOnce = 4

    private let client: HTTPClient
    private let download: AudioDownload
    private let voice: Voice
    private let state: StateFolder?
    private let log: (LogLevel, String) -> Void
    private var folder: CallFolder
    private var jobs: [Playlist.ID: Utterance] = [:]
    private var files: [Playlist.ID: String] = [:]

    init(
        client: HTTPClient, download: AudioDownload, voice: Voice, folder: consuming CallFolder,
        state: StateFolder? = nil,
        log: @escaping (LogLevel, String) -> Void
    ) {
        self.client = client
        self.download = download
        self.voice = voice
        self.state = state
        self.folder = folder
        self.log = log
    }

    /// Takes on a message, which `step` begins with. `token` is for audio on the service's own host.
    func prepare(_ id: Playlist.ID, _ message: Cognigy.Voice.Message, token: String?, format: SampleFormat) {
        let cache = voice.identity.map { VoiceCache(folder: state, identity: $0 + [format.fileExtension]) }
        jobs[id] = Utterance(
            message, voice: voice, download: download, token: token, format: format, cache: cache, log: log)
    }

    func discard(_ id: Playlist.ID) {
        jobs.removeValue(forKey: id)?.cancel(client)
        if let path = files.removeValue(forKey: id) { folder.remove(path) }
    }

    /// Removes every file and stops every job.
    func finish() {
        for job in jobs.values { job.cancel(client) }
        jobs = [:]
        files = [:]
        folder.removeAll()
    }

    private var current: ArraySlice<(key: Playlist.ID, value: Utterance)> {
        jobs.sorted { $0.key < $1.key }.prefix(Speaker.mostAtOnce)
    }

    var interests: [Poll.Interest] { current.flatMap { $0.value.interests } }

    /// When `step` wants to be called at the latest; now, while there is something to begin with or to convert.
    var deadline: Duration? { current.compactMap { $0.value.deadline }.min() }

    func completed(_ completion: (id: Int, result: Result<Response, Failure>)) {
        for job in jobs.values where job.owns(completion.id) { job.completed(completion.result, client) }
    }

    /// Does a slice of work for every job; what has become of those that are over.
    func step(_ now: Duration) -> [Finished] {
        var finished: [Finished] = []
        for (id, job) in current {
            guard let outcome = job.step(now, client) else { continue }
            jobs[id] = nil
            finished.append(Finished(id: id, sound: sound(of: outcome, id, job)))
        }
        return finished
    }

    private func sound(of outcome: Utterance.Outcome, _ id: Playlist.ID, _ job: Utterance) -> Playlist.Sound? {
        switch outcome {
        case .number(let number): return .number(number)
        case .nothing: return nil
        case .samples(let bytes):
            do {
                let path = try folder.store(bytes, extension: job.format.fileExtension)
                files[id] = path
                return .file(path)
            } catch {
                log(.error, "a prompt could not be written: \(error)")
                return nil
            }
        }
    }
}
