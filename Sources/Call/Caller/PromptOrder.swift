import Audio
import Cognigy

/// A message that is to become something which Asterisk can play.
public struct PromptOrder: Equatable, Sendable {
    public let message: Message
    /// For a sound on the service's own host.
    public let token: String?
    public let format: SampleFormat

    public init(_ message: Message, token: String?, format: SampleFormat) {
        self.message = message
        self.token = token
        self.format = format
    }
}
