import Configuration
import State

extension FleetShelf {
    /// The machines of a fleet are configured with the same secrets.
    init(_ settings: Settings, line: any FleetLine, machine: @escaping @autoclosure () -> String) {
        let cognigy = settings.cognigy
        self.init(
            line: line, prefix: settings.fleet.prefix,
            secrets: [
                cognigy.clientSecret.reveal(), cognigy.apiKey?.reveal() ?? "", cognigy.endpoint?.token.reveal() ?? "",
            ],
            machine: machine())
    }
}
