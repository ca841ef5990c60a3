/// What a flow is told about a call with each input.
public struct CallFacts: Equatable, Sendable {
    /// Names the call for Voice Gateway (`call_sid`).
    public var callSID: String
    /// Names the call for SIP (`call_id`).
    public var callID: String
    /// The number of the caller.
    public var from: String
    /// The number that was called.
    public var to: String
    public var callerName: String?
    /// SIP headers of the INVITE, by their names as the operator wrote them.
    public var headers: [String: String]
    /// What is spoken and listened for, such as `de-DE`.
    public var language: String?
    /// When the call began, in seconds since 1970.
    public var start: Double?

    public init(
        callSID: String, callID: String, from: String, to: String, callerName: String? = nil,
        headers: [String: String] = [:], language: String? = nil, start: Double? = nil
    ) {
        self.callSID = callSID
        self.callID = callID
        self.from = from
        self.to = to
        self.callerName = callerName
        self.headers = headers
        self.language = language
        self.start = start
    }
}
