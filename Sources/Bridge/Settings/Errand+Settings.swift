import Configuration
import Errands
import HTTP

extension Errand.Credentials {
    init(_ settings: Settings, base: Location) {
        self.init(
            base: base, clientID: settings.cognigy.clientID, clientSecret: settings.cognigy.clientSecret.reveal())
    }
}
