import Testing

/// One thing that goes wrong in one place, how it is played against the static program, and what is expected then. The
/// folder FaultTests plays each of them, and Tests/FAULTS.md is written from these same values: a cell of the table is the
/// words of what is checked.
struct Fault: Sendable, CustomTestStringConvertible {
    /// Where it goes wrong, in the order of the table.
    enum Place: String, Sendable, CaseIterable {
        case names = "Looking up names"
        case connection = "Connections to the service"
        case certificates = "TLS"
        case token = "HTTP: the token"
        case session = "HTTP: the session"
        case endpoint = "HTTP: an endpoint by REST"
        case dialog = "HTTP: a dialog"
        case voiceSocket = "The voice socket"
        case socketIO = "An endpoint's socket"
        case sounds = "Sounds by URL"
        case recogniser = "The recogniser"
        case voice = "The voice"
        case disk = "Disk and state"
        case limits = "Descriptors, memory, sizes"
        case fleet = "The Redis of a fleet"
        case processes = "Processes"
        case clock = "The clock"
        case log = "The log"
        case asterisk = "Asterisk"
        case caller = "The caller's sound"
    }

    let place: Place
    let name: String
    /// What the machine must allow.
    var need: Need?
    /// What the caller gets, what is left on disk, how the program ends, what it says.
    let caller, left, exit, log: Cell
    let play: @Sendable () throws -> Sighting

    init(
        _ place: Place, _ name: String, needs need: Need? = nil, caller: Cell, left: Cell = .nothing,
        exit: Cell = .exits(0), log: Cell, play: @escaping @Sendable () throws -> Sighting
    ) {
        self.place = place
        self.name = name
        self.need = need
        (self.caller, self.left, self.exit, self.log) = (caller, left, exit, log)
        self.play = play
    }

    /// One that a `Play` plays.
    init(
        _ place: Place, _ name: String, needs need: Need? = nil, _ play: Play, caller: Cell, left: Cell = .nothing,
        exit: Cell = .exits(0), log: Cell
    ) {
        self.init(place, name, needs: need, caller: caller, left: left, exit: exit, log: log) { try play.run() }
    }

    var testDescription: String { "\(place.rawValue): \(name)" }

    var cells: [Cell] { [caller, left, exit, log] }
}
