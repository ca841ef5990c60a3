import JSON
import Text

/// One line of the metrics, as a report needs it.
struct MetricsLine {
    enum Fault: Error, Equatable {
        case noObject
        /// It has no time, or none of this century.
        case noTime
        case noEvent

        var words: String {
            switch self {
            case .noObject: "it is no JSON object"
            case .noTime: "it has no timestamp"
            case .noEvent: "it has no event_type"
            }
        }
    }

    /// When it was written, in seconds since 1970.
    let time: Double
    /// nil: an event of a later version.
    let event: MetricsField.Event?
    private let members: [String: JSON]

    /// 2000 to 2100: no clock of a PBX that works says anything else, and hours are counted for each hour.
    private static let times = 946_684_800.0..<4_102_444_800.0

    init(_ bytes: some Collection<UInt8>) throws(Fault) {
        guard case .object(let members)? = try? JSON(parsing: bytes) else { throw .noObject }
        self.members = members
        guard case .string(let text)? = members[MetricsField.timestamp.rawValue], let time = Timestamp.time(text),
            MetricsLine.times.contains(time)
        else { throw .noTime }
        self.time = time
        let names: [MetricsField] = [.eventType, .helpType]
        guard case .string(let name)? = names.lazy.compactMap({ members[$0.rawValue] }).first else { throw .noEvent }
        event = MetricsField.Event(rawValue: name)
    }

    /// A text that is there, as it stands in the line.
    func text(_ field: MetricsField) -> String? {
        if case .string(let text)? = members[field.rawValue] { text } else { nil }
    }

    /// A time in milliseconds or a count. None is negative, and none is longer than a month.
    func number(_ field: MetricsField) -> Double? {
        guard let value = members[field.rawValue] else { return nil }
        let number: Double
        switch value {
        case .integer(let integer): number = Double(integer)
        case .number(let double): number = double
        default: return nil
        }
        return (0...31 * 86_400_000).contains(number) ? number : nil
    }

    func count(_ field: MetricsField) -> Int { number(field).map { Int($0) } ?? 0 }

    /// The whole line, for readers of JSON.
    var json: JSON { .object(members) }
}
