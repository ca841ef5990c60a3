import Glibc
import System
import TestService

/// What the bridge itself adds to a message and to a key. The bench is Asterisk on the pipes and the service on a
/// socket, and takes the time before its write and after its read.
enum Delays {
    static func measure(_ effort: Effort) throws {
        Report.section("Delays in the bridge, \(effort.delays) of each")
        let service = try ReadyService([
            "/api/v1/auth": #"{"access_token":"token","expires_in":3600}"#, "/api/v1/sessions": #"{"id":"session"}"#,
        ])
        try measure("", effort.delays, DelayPeers([Binary.path], AGIWorld(port: service.port), service))
        let endpoint = try ReadyService([:])
        try measure(
            "endpoint: ", effort.delays,
            DelayPeers([Binary.path], AGIWorld(port: endpoint.port, isEndpoint: true), endpoint, isEndpoint: true))
    }

    private static func measure(_ surface: String, _ count: Int, _ peers: DelayPeers) throws {
        var messages: [Double] = []
        var keys: [Double] = []
        for number in 1...count {
            if number % 100 == 0 { Report.progress("\(number) of \(count)") }
            keys.append(try peers.key())
            messages.append(try peers.message())
        }
        Report.figure("\(surface)key in to frame out, p50", keys.percentile(50), "ms", atMost: 0.2)
        Report.figure("\(surface)key in to frame out, p99", keys.percentile(99), "ms", atMost: 0.2)
        Report.figure("\(surface)message in to command out, p50", messages.percentile(50), "ms", atMost: 0.2)
        Report.figure("\(surface)message in to command out, p99", messages.percentile(99), "ms", atMost: 0.2)
    }
}
