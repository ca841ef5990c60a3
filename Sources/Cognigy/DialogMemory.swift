import JSON

/// What a dialog remembers from one request to the next.
public struct DialogMemory: Sendable, Equatable {
    public let lastIntent: String?
    public let sessionData: JSON

    public init(lastIntent: String?, sessionData: JSON) {
        self.lastIntent = lastIntent
        self.sessionData = sessionData
    }
}
