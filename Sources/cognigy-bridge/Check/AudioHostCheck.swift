import Checkup
import HTTP
import System
import Transport

/// Checks whether the hosts of `audio_hosts` can be reached.
struct AudioHostCheck {
    let client: HTTPClient
    let steps: CheckSteps

    /// Each may take ten seconds.
    private static let most = 5

    func run(_ places: [String]) {
        if places.isEmpty { return }
        let named = places.filter { !$0.hasPrefix(".") }
        for place in named.prefix(Self.most) {
            steps.run("audio host") { () throws(Trouble) in
                guard let location = Location("https://\(place)") else {
                    throw Trouble(.configuration, "\(place) is no host", "mend audio_hosts")
                }
                let outcome = ConnectionTrial(client, to: location).run()
                if let (_, _, why) = outcome.failed {
                    throw .warning("\(why)", "sounds from \(place) are not heard: look at audio_hosts and the firewall")
                }
                return "\(place) is reached"
            }
        }
        let others = places.count - min(named.count, Self.most)
        if others > 0 {
            steps.run("audio hosts") { () throws(Trouble) in "\(others) more, which are not tried" }
        }
    }
}
