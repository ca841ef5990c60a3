import HTTP

extension Uplink {
    /// Where the way leads, and how long it may take.
    package struct Plan {
        package var base: Location
        package var clientID: String
        package var clientSecret: String
        package var flowID: String
        package var uniqueID: String
        package var caller: String
        package var locale: String?
        package var setupTimeout: Duration
        package var pingInterval: Duration
        package var reconnectAttempts: Int

        package init(
            base: Location, clientID: String, clientSecret: String, flowID: String, uniqueID: String, caller: String,
            locale: String? = nil, setupTimeout: Duration, pingInterval: Duration, reconnectAttempts: Int
        ) {
            self.base = base
            self.clientID = clientID
            self.clientSecret = clientSecret
            self.flowID = flowID
            self.uniqueID = uniqueID
            self.caller = caller
            self.locale = locale
            self.setupTimeout = setupTimeout
            self.pingInterval = pingInterval
            self.reconnectAttempts = reconnectAttempts
        }
    }
}
