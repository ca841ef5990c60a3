import JSON

/// An input as it is sent.
public struct FlowMessage: Equatable, Sendable {
    public let text: String
    public let data: JSON?

    public init(text: String, data: JSON? = nil) {
        self.text = text
        self.data = data
    }
}
