import Cognigy
import HTTP

/// What the configuration says about the agent's help.
struct Rules: Equatable {
    /// The service, and who we are to it.
    struct Account: Equatable {
        var base: Location
        var clientID: String
        var clientSecret: String
    }

    var account: Account
    var pingInterval = Duration.seconds(30)
    var triggers: AssistTriggers
    var policy: AssistPolicy
    var cacheSize = 500
    var cacheLifetime = Duration.seconds(120)
}
