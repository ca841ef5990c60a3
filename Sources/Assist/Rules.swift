import HTTP

/// The part of the configuration that the machine needs. A reload replaces it as a whole.
public struct Rules: Equatable {
    /// The address of the service, and the credentials for it.
    public struct Account: Equatable {
        public var base: Location
        public var clientID: String
        public var clientSecret: String

        public init(base: Location, clientID: String, clientSecret: String) {
            self.base = base
            self.clientID = clientID
            self.clientSecret = clientSecret
        }
    }

    public var account: Account
    public var pingInterval = Duration.seconds(30)
    public var triggers: AssistTriggers
    public var policy: AssistPolicy
    public var cacheSize = 500
    public var cacheLifetime = Duration.seconds(120)

    public init(account: Account, triggers: AssistTriggers, policy: AssistPolicy) {
        self.account = account
        self.triggers = triggers
        self.policy = policy
    }
}
