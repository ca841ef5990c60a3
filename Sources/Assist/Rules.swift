import HTTP

/// The part of the configuration that the machine needs. A reload replaces it as a whole.
package struct Rules: Equatable {
    /// The address of the service, and the credentials for it.
    package struct Account: Equatable {
        package var base: Location
        package var clientID: String
        package var clientSecret: String

        package init(base: Location, clientID: String, clientSecret: String) {
            self.base = base
            self.clientID = clientID
            self.clientSecret = clientSecret
        }
    }

    package var account: Account
    package var pingInterval = Duration.seconds(30)
    package var triggers: AssistTriggers
    package var policy: AssistPolicy
    package var cacheSize = 500
    package var cacheLifetime = Duration.seconds(120)

    package init(account: Account, triggers: AssistTriggers, policy: AssistPolicy) {
        self.account = account
        self.triggers = triggers
        self.policy = policy
    }
}
