import FakeAsterisk

extension CallRecord {
    /// Whether the dialplan was told this. After a hangup nothing more is said than an Asterisk takes in 60 ms, and one
    /// on a busy machine takes less than all.
    func tells(_ name: String, _ value: String) -> Bool {
        if let told = variables[name] { return told == value }
        return hangupToExit.map { $0 >= .milliseconds(60) } ?? false
    }
}
