/// A call record as lines of text with times, for the message of a failed test.
public struct Transcript: CustomStringConvertible {
    private let record: CallRecord

    public init(of record: CallRecord) { self.record = record }

    public var description: String {
        record.events.map { "\(Self.time($0.at))  \(Self.text($0.what))\n" }.joined()
    }

    /// Seconds with three decimals, padded on the left to eight characters.
    public static func time(_ duration: Duration) -> String {
        let milliseconds = Int(duration / .milliseconds(1))
        let fraction = String(milliseconds % 1000)
        let text = "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
        return String(repeating: " ", count: max(0, 8 - text.count)) + text
    }

    public static func text(_ what: CallRecord.What) -> String {
        switch what {
        case .command(let line): "> \(line)"
        case .reply(let line): "< \(line)"
        case .playing(let name, let length): "  playing \(name) (\(time(length).drop { $0 == " " }) s)"
        case .heard(let sound): "  heard \(sound.name) \(sound.from)..\(sound.to) of \(sound.rate)/s, \(sound.end)"
        case .key(let key): "  key \(key.digit) \(key.fate)"
        case .hangup(let who): "  hangup by \(who)"
        case .sentHangupSignal: "  SIGHUP"
        case .exited(let exit): "  exited \(exit)"
        }
    }
}
