import Redis

/// The ids of webhooks that came to any box.
public struct FleetWebhooks {
    private let shelf: FleetShelf

    public init(shelf: FleetShelf) { self.shelf = shelf }

    /// Whether no box has seen it before; nil: nobody answers.
    public func see(_ id: String, then: @escaping (Bool?) -> Void) {
        let window = Int(SeenWebhooks.window * 1000)
        shelf.line.ask(RedisCommand("SET", shelf.openKey("webhook", id), "1", "NX", "PX", "\(window)")) { reply in
            switch reply {
            case .null?: then(false)
            case .text?: then(true)
            default: then(nil)
            }
        }
    }
}
