/// The faults of the table, by place.
enum Faults {}

extension Faults {
    private static let quick = ["COGNIGY_CALL_SETUP_TIMEOUT": "1"]

    private static func play(_ fault: FaultyWire.Fault, times: Int = .max, _ settings: [String: String] = [:]) -> Play {
        Play(settings: settings, wire: .init(fault: fault, times: times))
    }

    static let connection: [Fault] = [
        Fault(
            .connection, "the port is closed (RST)", play(.refuses), caller: .people("unreachable") + .atOnce,
            left: .counted, log: .says("UNAVAILABLE unreachable", "127.0.0.1", "connect")),
        Fault(
            .connection, "a firewall drops the packets",
            play(.dropsPackets, ["COGNIGY_CALL_SETUP_TIMEOUT": "12"]),
            caller: .people("setup_timeout") + .after("setup_timeout", .seconds(12)), left: .counted,
            log: .says("UNAVAILABLE setup_timeout", "no answer to POST /api/v1/auth", "connect")),
        Fault(
            .connection, "closed as soon as it stands, always", play(.closes), caller: .people("unreachable") + .atOnce,
            left: .counted, log: .says("UNAVAILABLE unreachable")),
        Fault(
            .connection, "closed as soon as it stands, twice", play(.closes, times: 2), caller: .served,
            log: .perhaps("trying again", "attempt")),
        Fault(
            .connection, "reset as soon as it stands, always", play(.resets), caller: .people("unreachable") + .atOnce,
            left: .counted, log: .says("UNAVAILABLE unreachable")),
        Fault(
            .connection, "reset as soon as it stands, twice", play(.resets, times: 2), caller: .served,
            log: .perhaps("trying again", "attempt")),
        Fault(
            .connection, "half closed by the service, always", play(.halfCloses),
            caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
        Fault(
            .connection, "taken and never answered", play(.isSilent, quick),
            caller: .people("setup_timeout") + .after("setup_timeout", .seconds(1)), left: .counted,
            log: .says("UNAVAILABLE setup_timeout")),
        Fault(
            .connection, "the answers come a byte at a time, too slowly",
            play(.drips(every: .milliseconds(100)), quick),
            caller: .people("setup_timeout") + .after("setup_timeout", .seconds(1)), left: .counted,
            log: .says("UNAVAILABLE setup_timeout")),
        Fault(
            .connection, "the answers come a byte at a time, in time", play(.drips(every: .milliseconds(1))),
            caller: .served, log: .silent),
        Fault(
            .connection, "cut within the answer's head, always", play(.cuts(after: 20)),
            caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
        Fault(
            .connection, "cut within the answer's head, once", play(.cuts(after: 20), times: 1), caller: .served,
            log: .perhaps("trying again", "attempt")),
        Fault(
            .connection, "reset within the answer, always", play(.resetsAfter(60)),
            caller: .people("unreachable") + .atOnce, left: .counted, log: .says("UNAVAILABLE unreachable")),
        Fault(
            .connection, "stands still within the answer", play(.stalls(after: 60), quick),
            caller: .people("setup_timeout") + .after("setup_timeout", .seconds(1)), left: .counted,
            log: .says("UNAVAILABLE setup_timeout")),
    ]
}
