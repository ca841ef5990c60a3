import System
import TestService

/// How many round trips the caller waits for until the flow speaks, over a line that makes each of them slow.
enum SetUp {
    private static let delay = Duration.milliseconds(50)

    static func measure(_ effort: Effort) throws {
        Report.section("Set-up over a line of 100 ms: TLS, cached token")
        let bridge = try roundTrips(effort, Binary.path)
        let python = try roundTrips(effort, comparator)
        Report.figure("exec to the greeting's command", bridge * 100, "ms", python: python * 100)
        Report.figure("round trips", bridge.rounded(), "", atMost: 4, python: python.rounded())
        for surface in ["socketio", "rest"] {
            let endpoint = try roundTrips(effort, Binary.path, surface: surface)
            Report.figure("endpoint, \(surface): the same", endpoint * 100, "ms")
            Report.figure("endpoint, \(surface): round trips", endpoint.rounded(), "", atMost: 5)
        }
    }

    /// `surface`: of an endpoint.
    private static func roundTrips(_ effort: Effort, _ program: String, surface: String? = nil) throws -> Double {
        let pbx = try PBX(
            """
            open send {"type":"response","text":"1"}
            event CALL_CREATED say 1
            """, tls: true, settings: ["COGNIGY_PATHS_LOG": "off"])
        let relay = try Relay(to: pbx.service.port, delay: delay)
        let server = "https://127.0.0.1:\(relay.port)"
        pbx.environment["COGNIGY_BASE_URL"] = server
        if let surface {
            pbx.environment["COGNIGY_ENDPOINT_URL"] =
                "\(server)/\(pbx.service.endpointURL.split(separator: "/").last ?? "")"
            pbx.environment["COGNIGY_SURFACE"] = surface
        }
        var times: [Double] = []
        for _ in 0...effort.setUps {
            let call = Box(try pbx.start([], program: program))
            try call.run(through: relay) { $0.isPlaying(1) }
            times.append(call.asterisk.elapsed / (delay * 2))
        }
        // The first had to fetch the token.
        return Array(times.dropFirst()).median
    }
}
