import System

/// A configuration for calls to the stand-in service, apart from the user's own.
enum DemoConfiguration {
    /// Writes a configuration file into `folder`, where the state goes too, and returns its path.
    static func write(_ settings: String, to folder: String) throws(Errno) -> String {
        let text = """
            \(settings)
            [paths]
            state = \(folder)/state

            """
        let file = "\(folder)/cognigy-bridge.conf"
        try AtomicFile.write(Array(text.utf8), to: file)
        return file
    }

    /// The environment without the user's own configuration, naming `file` instead.
    static func environment(_ own: [String: String], with file: String) -> [String: String] {
        var environment = own.filter { !$0.key.hasPrefix("COGNIGY_") }
        environment["COGNIGY_BRIDGE_CONF"] = file
        return environment
    }
}
