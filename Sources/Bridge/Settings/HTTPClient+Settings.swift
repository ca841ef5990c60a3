import Configuration
import Transport

extension HTTPClient {
    /// A client with the configured certificates and proxy; nil: libcurl could not be started.
    public convenience init?(_ settings: Settings.Cognigy) {
        self.init(trust: TrustStore(settings), proxy: settings.proxy?.reveal())
    }
}

extension TrustStore {
    /// The certificates of the configuration, or else those of this machine.
    public init(_ settings: Settings.Cognigy) { self = .find(folder: settings.caPath, file: settings.caFile) }
}
