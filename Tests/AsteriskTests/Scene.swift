import TestService

/// One row of the table: what must hold, tried on a real Asterisk.
struct Scene: Sendable {
    let name: String
    /// Throws where it does not hold; the answer is what was measured.
    let play: @Sendable (Stage) throws -> String

    init(_ name: String, _ play: @escaping @Sendable (Stage) throws -> String) {
        self.name = name
        self.play = play
    }

    static let all =
        calls + digits + interruptions + hangups + hostileCallers + dialplan + printed + absences + speech + echo
        + turns + people
        + waiting + transfers + endpoint + load
}

/// The Asterisk under test and the one that calls it over SIP.
struct Stage {
    let asterisk: Asterisk
    let peer: Asterisk
}
