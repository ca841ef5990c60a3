import CCommit

/// The version of this program.
enum Version {
    static let number = "0.1.0"
    static var commit: String { String(cString: cognigy_bridge_commit()) }
    /// Contains the commit, so that builds of different sources differ.
    static var text: String { "\(number) (\(commit))" }
}
