import CCommit

/// Which program this is.
enum Version {
    static let number = "0.1.0"
    /// Two that were made of different sources differ.
    static var text: String { "\(number) (\(String(cString: cognigy_bridge_commit())))" }
}
