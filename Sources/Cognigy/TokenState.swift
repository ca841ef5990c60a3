/// What the token cache on disk says.
public enum TokenState: Equatable, Sendable {
    /// There is one. `ahead`: it ends soon and this process has been chosen to fetch the next.
    case found(String, ahead: Bool)
    /// There is none, and this process has been chosen to fetch it.
    case mayFetch
    /// Another process is fetching it.
    case busy
}
