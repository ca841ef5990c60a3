import Report

/// A number of a call's line that is summed up.
enum Counter {
    static let fields: [MetricsField] = [.keys, .prompts, .interruptions, .reconnects, .retries]
}

/// What the file calls the turns of a call.
enum Turn {
    static let name = "turns"
    static let events: [MetricsField.Event] = [.voiceTurn, .keyTurn]
}

/// A time of a line, whose distribution is kept as a histogram.
struct Timing: Sendable {
    /// A name for Prometheus that several times share, told apart by a label.
    enum Family: String, CaseIterable, Sendable {
        case length = "call_duration_seconds"
        case setup = "setup_seconds"
        case setupStep = "setup_step_seconds"
        case turnStep = "turn_step_seconds"
        case firstSound = "turn_first_sound_seconds"

        /// The upper ends of the buckets in milliseconds.
        var ends: [UInt64] {
            switch self {
            case .length: [5000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000]
            case .setup, .setupStep, .turnStep, .firstSound:
                [10, 25, 50, 100, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000, 10_000, 30_000]
            }
        }
    }

    let family: Family
    let field: MetricsField
    /// Of which turns; nil: of a call.
    let event: MetricsField.Event?
    /// What tells it apart from others of its family.
    let step: String?

    private init(_ family: Family, _ field: MetricsField, of event: MetricsField.Event? = nil, step: String? = nil) {
        self.family = family
        self.field = field
        self.event = event
        self.step = step
    }

    static let ofCalls = [
        Timing(.length, .length), Timing(.setup, .setup), Timing(.setupStep, .token, step: "token"),
        Timing(.setupStep, .sessionTime, step: "session"), Timing(.setupStep, .socket, step: "socket"),
        Timing(.setupStep, .firstSound, step: "first_sound"),
    ]

    static let ofTurns =
        Turn.events.flatMap { event in
            [
                Timing(.turnStep, .dialog, of: event, step: "dialog"),
                Timing(.turnStep, .synthesis, of: event, step: "synthesis"),
                Timing(.firstSound, .firstSound, of: event),
            ]
        } + [
            // Only who speaks has to be heard to the end, and understood.
            Timing(.turnStep, .endOfTurn, of: .voiceTurn, step: "end_of_turn"),
            Timing(.turnStep, .recognition, of: .voiceTurn, step: "recognition"),
        ]

    // MARK: The names in the file

    private var name: String { [event?.rawValue ?? "call", field.rawValue].joined(separator: "/") }

    var sum: String { "\(name)/us" }

    /// The bucket that such a time falls into.
    func bucket(_ microseconds: UInt64) -> String { bucket(upTo: family.ends.first { $0 * 1000 >= microseconds }) }

    /// `end` in milliseconds; nil: without an end.
    func bucket(upTo end: UInt64?) -> String { "\(name)/\(end.map(String.init) ?? "more")" }
}
