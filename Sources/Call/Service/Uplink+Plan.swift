import HTTP

extension Uplink {
    /// Where the way leads, and how long it may take.
    public struct Plan: Sendable {
        public var base: Location
        public var clientID: String
        public var clientSecret: String
        public var flowID: String
        public var uniqueID: String
        public var caller: String
        public var locale: String?
        public var setupTimeout: Duration
        public var pingInterval: Duration
        public var reconnectAttempts: Int

        public init(
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
