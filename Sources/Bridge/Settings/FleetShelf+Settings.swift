import Configuration
import State

extension FleetShelf {
    /// The boxes of a fleet are configured with the same secrets.
    init(_ settings: Settings, line: any FleetLine, box: String) {
        let cognigy = settings.cognigy
        self.init(
            line: line, prefix: settings.fleet.prefix,
            secrets: [
                cognigy.clientSecret.reveal(), cognigy.apiKey?.reveal() ?? "", settings.bargeIn.secret?.reveal() ?? "",
            ],
            box: box)
    }
}
