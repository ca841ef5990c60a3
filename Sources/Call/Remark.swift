import Cognigy
import Text

/// What was said in a call, for the transcript.
public struct Remark: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case callerSaid
        case callerKeyed
        /// Whatever becomes of it: it may be interrupted, or not be heard at all.
        case flowSaid
    }

    public let kind: Kind
    /// nil: there are no words, or they may not be written down.
    public let text: String?
    /// The name of a sound file that the flow plays, without its address, which may hold a secret.
    public let sound: String?

    /// What may be kept of one text.
    static let longest = 4096

    init(_ kind: Kind, _ text: String?, sound: String? = nil) {
        self.kind = kind
        self.text = text.map { $0.utf8.count > Self.longest ? String($0.prefix(Self.longest / 4)) + "…" : $0 }
        self.sound = sound
    }

    /// nil: the message says nothing.
    init?(_ message: Message) {
        if message.text == nil, message.audioURL == nil { return nil }
        if message.isSensitive {
            self.init(.flowSaid, nil)
        } else {
            let path = message.audioURL?.prefix { $0 != "?" && $0 != "#" }
            let name = path?.split(separator: "/").last.map { String($0.prefix(100)) }
            self.init(.flowSaid, message.text, sound: name)
        }
    }

    /// The same with a star for each digit, and for the words that callers say for digits.
    public var withoutDigits: Remark {
        if kind == .callerKeyed { return Remark(kind, text.map { String($0.map { _ in "*" }) }) }
        guard let text else { return self }
        var masked = text
        if kind == .callerSaid {
            // From the last, so that the places before it stay what they are.
            for word in SpokenWord.words(in: text).reversed() where SpokenWord(word) == .digit {
                masked.replaceSubrange(word.startIndex..<word.endIndex, with: "*")
            }
        }
        return Remark(kind, String(masked.map { $0.isNumber ? "*" : $0 }), sound: sound)
    }
}
