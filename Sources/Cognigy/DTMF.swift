import JSON

/// A key that a flow understands: 0-9, * and #. A to D are refused.
public struct DTMF: Equatable, Sendable {
    public let key: Character

    public init?(_ key: Character) {
        guard "0123456789*#".contains(key) else { return nil }
        self.key = key
    }

    /// The message for the voice socket.
    public var message: String { JSON.object(["type": "dtmf", "dtmf": .string(String(key))]).text }
}
