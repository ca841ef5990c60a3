import JSON

/// What a dialog remembers from one request to the next.
package struct DialogMemory: Sendable, Equatable {
    package let lastIntent: String?
    package let sessionData: JSON

    package init(lastIntent: String?, sessionData: JSON) {
        self.lastIntent = lastIntent
        self.sessionData = sessionData
    }
}
