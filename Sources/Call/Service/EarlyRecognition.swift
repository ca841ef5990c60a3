import HTTP

/// A recognition that is asked for when the caller pauses, before it is known that he has finished. Its answer counts only if
/// he has.
struct EarlyRecognition {
    enum Outcome {
        case none
        /// The answer will come as if it had been asked for now.
        case onItsWay
        case answer(Response)
    }

    private enum State {
        case none
        case asking
        case answered(Response)
    }

    private var state = State.none

    mutating func ask(_ request: Request, _ context: inout Context) {
        drop(&context)
        state = .asking
        context.effects.append(.request(.recognition, request))
    }

    /// The caller goes on, or what he says does not count.
    mutating func drop(_ context: inout Context) {
        if case .asking = state { context.effects.append(.cancel(.recognition)) }
        state = .none
    }

    /// Whether this is its answer. A failure is none: it is asked for again when the caller has finished.
    mutating func keeps(_ result: Result<Response, Failure>) -> Bool {
        guard case .asking = state else { return false }
        state = .none
        if case .success(let response) = result, response.status / 100 == 2 { state = .answered(response) }
        return true
    }

    /// The caller has finished.
    mutating func take() -> Outcome {
        defer { state = .none }
        return switch state {
        case .none: .none
        case .asking: .onItsWay
        case .answered(let response): .answer(response)
        }
    }
}
