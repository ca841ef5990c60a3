extension Settings {
    /// What the calls of many machines share, and where.
    public struct Fleet: Sendable, Equatable {
        /// nil: each machine is alone.
        public var address: Address?
        public var password: Secret?
        /// What the names of all keys begin with.
        public var prefix = "cognigy-bridge"
        /// How long a call waits for an answer, connecting included.
        public var timeout = Duration.milliseconds(100)
        public var caFile: String?

        /// Where a Redis is, and as whom we come.
        public struct Address: Sendable, Equatable {
            public enum Place: Sendable, Equatable {
                case host(String, port: Int, isSecure: Bool)
                /// The path of a socket.
                case local(String)
            }

            public var place: Place
            /// nil: the user `default`.
            public var user: String?
            public var database: Int
        }
    }
}
