import Cognigy
import Configuration
import HTTP
import System
import Transport

/// Has a word written down by the recogniser that calls use, as a call does, for an operator who waits.
public final class RecognitionTrial {
    public enum Outcome {
        /// nil: it understood nothing.
        case heard(String?)
        case refused(status: Int)
        case unreadable(ReplyRefusal)
        case failed(Failure)
    }

    /// Without its path, which may hold what others need not know.
    public let place: String
    private let client: HTTPClient
    private let recognizer: Recognizer
    private let language: String?

    private static let patience = Duration.seconds(15)

    /// nil where stt_url is missing.
    public init?(_ settings: Settings, _ client: HTTPClient) {
        guard let recognizer = Recognizer(settings.speech) else { return nil }
        (self.recognizer, self.client, language) = (recognizer, client, settings.locale)
        place = recognizer.location.authority
    }

    /// What has come of it, and how long that took from the end of the samples, which are sent as fast as they are taken.
    public func run(_ samples: [Int16]) -> (outcome: Outcome, time: Duration) {
        let start = MonotonicClock.now()
        let result = recognizer.isStreaming ? stream(samples, start) : post(samples, start)
        let time = MonotonicClock.now() - start
        switch result {
        case .failure(let failure): return (.failed(failure), time)
        case .success(let response) where !(200..<300 ~= response.status):
            return (.refused(status: response.status), time)
        case .success(let response):
            do throws(ReplyRefusal) { return (.heard(try Recognition.heard(response.body)?.text), time) } catch {
                return (.unreadable(error), time)
            }
        }
    }

    private var late: Result<Response, Failure> { .failure(.timedOut("\(recognizer.location.host): no answer")) }

    private func post(_ samples: [Int16], _ start: Duration) -> Result<Response, Failure> {
        let pcm = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        let id = client.start(recognizer.request(pcm, Recognizer.Options(language: language)))
        while MonotonicClock.now() < start + Self.patience {
            _ = client.wait(for: [], timeout: start + Self.patience - MonotonicClock.now())
            if let completion = client.completions().first(where: { $0.id == id }) { return completion.result }
        }
        client.cancel(id)
        return late
    }

    private func stream(_ samples: [Int16], _ start: Duration) -> Result<Response, Failure> {
        guard let transcriber = Transcriber(recognizer, language: language, client, report: { _, _ in }) else {
            return late
        }
        defer { transcriber.finish() }
        transcriber.transcribe(samples, Recognizer.Options(), within: Self.patience, start)
        while MonotonicClock.now() < start + Self.patience + .seconds(1) {
            let now = MonotonicClock.now()
            for case .transcribed(let result) in transcriber.step(now) { return result }
            let timeout = transcriber.deadline.map { max($0 - MonotonicClock.now(), .zero) } ?? Self.patience
            transcriber.process(client.wait(for: transcriber.interests, timeout: timeout), MonotonicClock.now())
            for completion in client.completions() { _ = transcriber.completed(completion, MonotonicClock.now()) }
        }
        return late
    }
}
