import Audio
import Cognigy

/// A message that is to become something which Asterisk can play.
package struct PromptOrder: Equatable {
    package let message: VoiceSocket.Message
    /// For a sound on the service's own host.
    package let token: String?
    package let format: SampleFormat

    package init(_ message: VoiceSocket.Message, token: String?, format: SampleFormat) {
        self.message = message
        self.token = token
        self.format = format
    }
}
