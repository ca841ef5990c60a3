import Bridge
import Configuration
import Glibc
import HTTP
import Transport

/// The address that `call --against` names, in place of the one in the configuration.
struct CallTarget {
    /// The environment of a call there.
    let environment: [String: String]
    private let settings: Settings

    init(_ url: String, _ own: [String: String]) throws(CallCommand.Failure) {
        // A configuration of the Voice API takes the address of a service; everything else wants an endpoint's.
        let service = own.merging(["COGNIGY_BASE_URL": url]) { $1 }
        if !CallOptions.isEndpoint(url), let settings = try? Self.load(service), settings.cognigy.endpoint == nil {
            (environment, self.settings) = (service, settings)
            return
        }
        let endpoint = own.merging(["COGNIGY_ENDPOINT_URL": url]) { $1 }
        do throws(ConfigurationError) { settings = try Self.load(endpoint) } catch {
            let variable = "environment COGNIGY_ENDPOINT_URL: "
            let said = "\(error)"
            let words = said.hasPrefix(variable) ? "--against \(said.dropFirst(variable.count))" : said
            throw CallCommand.Failure(description: "call: \(words)")
        }
        environment = endpoint
    }

    private static func load(_ environment: [String: String]) throws(ConfigurationError) -> Settings {
        try Settings.load(environment: environment, arguments: [])
    }

    /// What is called, and why it cannot be reached, if it cannot.
    func lines() -> (what: String, trouble: String?) {
        let server = settings.cognigy.endpoint?.server ?? settings.cognigy.baseURL
        let file = Settings.file(environment: environment)
        let rest = access(file, F_OK) == 0 ? file : "the environment"
        let what = "calls \(server), and takes all else from \(rest)"
        guard let location = Location(server), let client = HTTPClient(settings.cognigy),
            let failed = ConnectionTrial(client, to: location).run().failed
        else { return (what, nil) }
        return (what, "call: \(failed.why.advised(of: location.host)). The call goes on without it")
    }
}
