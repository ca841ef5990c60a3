import System
import Transport

/// A voice on a WebSocket that seems to have spoken, and whose sound was heard. What it spoke is kept for other calls if it
/// stays silent: one that only stood still did not speak it whole.
final class SilentVoice {
    let stream: SynthesisSocket
    /// When it has been silent for long.
    let end: Duration
    /// nil: nothing of it is to be kept.
    var keep: (() -> Void)?

    init(_ stream: SynthesisSocket, until end: Duration) {
        self.stream = stream
        self.end = end
    }

    var deadline: Duration? { stream.hasMore || !stream.isUsable ? .zero : end }

    /// Whether there is nothing more to wait for. Keeps what was spoken whole.
    func isDone(_ now: Duration) -> Bool {
        if keep != nil, stream.arrived().isEmpty, stream.fault == nil {
            if !stream.isOver, now < end { return false }
            keep?()
        }
        stream.end()
        return true
    }
}
