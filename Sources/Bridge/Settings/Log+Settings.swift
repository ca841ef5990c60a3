import Configuration
import State

extension Log {
    /// The log of the configuration. `callID` stands in every line.
    package convenience init(_ settings: Settings, about callID: String = "-") {
        self.init(target: settings.paths.log, level: settings.paths.logLevel)
        self.callID = callID
    }
}
