/// One answer that a flow offers.
public struct MenuItem: Equatable, Sendable {
    public let title: String
    /// What the flow is to hear if the caller chooses it.
    public let payload: String

    public init(title: String, payload: String) {
        self.title = title
        self.payload = payload
    }
}
