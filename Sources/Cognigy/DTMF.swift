import JSON

/// A key that a flow understands: 0-9, * and #. A to D are refused.
package struct DTMF: Equatable, Sendable {
    package let key: Character

    package init?(_ key: Character) {
        guard "0123456789*#".contains(key) else { return nil }
        self.key = key
    }

    /// The message for the voice socket.
    package var message: String { JSON.object(["type": "dtmf", "dtmf": .string(String(key))]).text }
}
