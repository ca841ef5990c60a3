import Audio
import Call
import Cognigy
import Configuration
import Glibc
import HTTP
import State
import System
import Transport

/// Lets the voice that calls use say a word, for an operator who waits. Nobody hears it.
public final class VoiceTrial {
    public struct Failure: Error {
        /// In the words of the log.
        public let why: String
    }

    public struct Speech {
        /// 16 kHz, 16 bits.
        public let samples: [Int16]
        /// Until a caller would have heard the first of it.
        public let time: Duration
        public var length: Duration { .milliseconds(samples.count / 16) }
    }

    /// The host of the voice, without its path, which may hold what others need not know; or its program.
    public let place: String
    private let client: HTTPClient
    private let maker: PromptMaker

    private static let patience = Duration.seconds(20)

    /// nil where nothing speaks here.
    public init?(_ settings: Settings, _ client: HTTPClient, folder: StateFolder?) {
        let voice = PromptMaker.Voice(settings)
        switch voice {
        case .service(let url, _, _): place = url.authority
        case .socket(let address): place = address.location.authority
        case .command(let command): place = command[0]
        case .machine(let locale):
            let path = getenv("PATH").map { String(cString: $0) }
            guard let command = VoiceProgram.find(path: path, locale: locale) else { return nil }
            place = command[0]
        case .none: return nil
        }
        self.client = client
        // What other calls have kept proves nothing, so the maker is given no shared folder to look in.
        guard let nowhere = Location("https://localhost") else { return nil }
        maker = PromptMaker(
            client: client, download: AudioDownload(base: nowhere, hosts: []), voice: voice,
            folder: CallFolder(state: folder)
        ) { _, _ in }
    }

    public func say(_ text: String) throws(Failure) -> Speech {
        let start = MonotonicClock.now()
        maker.prepare(1, PromptOrder(Message(text: text), token: nil, format: .sln16))
        defer { maker.finish() }
        var first: Duration?
        while MonotonicClock.now() < start + Self.patience {
            for finished in maker.step(MonotonicClock.now()) {
                first = first ?? MonotonicClock.now() - start
                // More of a growing one is still arriving.
                if case .growing? = finished.sound { continue }
                guard case .file(let path)? = finished.sound else {
                    throw Failure(why: finished.loss?.why ?? "it said nothing")
                }
                return Speech(samples: try samples(of: "\(path).sln16"), time: first ?? .zero)
            }
            let now = MonotonicClock.now()
            let due = min(maker.deadline ?? start + Self.patience, start + Self.patience)
            maker.process(client.wait(for: maker.interests, timeout: max(due - now, .zero)), MonotonicClock.now())
            for completion in client.completions() { maker.completed(completion, MonotonicClock.now()) }
        }
        throw Failure(why: "it did not speak within \(Self.patience / .seconds(1)) seconds")
    }

    private func samples(of path: String) throws(Failure) -> [Int16] {
        do throws(AtomicFile.Refusal) {
            let bytes = try AtomicFile.read(path, limit: 32 << 20).bytes
            return stride(from: 0, to: bytes.count - 1, by: 2).map {
                Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8)
            }
        } catch { throw Failure(why: "what it said cannot be read: \(error)") }
    }
}
