import HTTP

/// A recognition that is asked for when the caller pauses, before it is known that he has finished. Its answer counts only if
/// he has.
struct EarlyRecognition {
    enum Outcome {
        case none
        /// The answer will come as if it had been asked for then.
        case onItsWay(Asked)
        case answer(Response, took: Duration, Asked)
    }

    /// When it was asked for, and how many bytes of sound went with it.
    struct Asked {
        let time: Duration
        let bytes: Int
    }

    private enum State {
        case none
        case asking(Asked)
        case answered(Response, took: Duration, Asked)
    }

    private var state = State.none

    mutating func ask(_ request: Request, bytes: Int, _ context: inout Context) {
        drop(&context)
        state = .asking(Asked(time: context.now, bytes: bytes))
        context.effects.append(.request(.recognition, request))
    }

    /// The caller goes on, or what he says does not count.
    mutating func drop(_ context: inout Context) {
        if case .asking = state { context.effects.append(.cancel(.recognition)) }
        state = .none
    }

    /// Whether this is its answer. A failure is none: it is asked for again when the caller has finished.
    mutating func keeps(_ result: Result<Response, Failure>, _ context: Context) -> Bool {
        guard case .asking(let asked) = state else { return false }
        state = .none
        if case .success(let response) = result, response.status / 100 == 2 {
            state = .answered(response, took: context.now - asked.time, asked)
        }
        return true
    }

    var answer: Response? { if case .answered(let response, _, _) = state { response } else { nil } }

    /// The caller has finished.
    mutating func take() -> Outcome {
        defer { state = .none }
        return switch state {
        case .none: .none
        case .asking(let asked): .onItsWay(asked)
        case .answered(let response, let took, let asked): .answer(response, took: took, asked)
        }
    }
}
