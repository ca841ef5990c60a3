import CCommit

/// The version of this program.
enum Version {
    static let number = "0.1.0"
    /// Contains the commit, so that builds of different sources differ.
    static var text: String { "\(number) (\(String(cString: cognigy_bridge_commit())))" }
}
