import Call
import Configuration
import HTTP
import JSON

/// Runs the machine of a call again, by its trace.
public enum Replay {
    public enum Outcome: Equatable, Sendable {
        /// Every event had the effects that the trace holds; how many events.
        case same(Int)
        /// The first that had others: its line in the file, and both.
        case different(line: Int, event: String, expected: [String], got: [String])
    }

    /// Why a file cannot be run.
    public struct Refusal: Error, CustomStringConvertible {
        public let description: String
    }

    /// `watch` sees every event with its effects.
    public static func run(
        _ text: String, watch: (_ event: String, _ effects: [String]) -> Void = { _, _ in }
    ) throws(Refusal) -> Outcome {
        let lines = text.split(separator: "\n").map { try? JSON(parsing: Array($0.utf8)) }
        guard let first = lines.first, let header = first.flatMap({ TraceHeader(json: $0) }) else {
            throw Refusal(description: "line 1 is not the header of a trace that this version can read")
        }
        var machine = try machine(header)
        let mask = TraceMask(showsContent: header.showsContent)
        for (index, line) in lines.enumerated().dropFirst() {
            let number = index + 1
            guard let line, let at = line["at"]?.whole, let json = line["event"], let event = Event(json) else {
                // The last line of a call that was killed may be cut off.
                if number == lines.count { return .same(number - 2) }
                throw Refusal(description: "line \(number) holds no event that this version knows")
            }
            let time = Duration.nanoseconds(at)
            let effects = machine.handle(event, now: time, wallClock: header.wallClock + time / .seconds(1))
            let got = Effect.json(effects, mask).map(\.text)
            let expected = (line["effects"]?.array ?? []).map(\.text)
            watch(json.text, got)
            if got != expected { return .different(line: number, event: json.text, expected: expected, got: got) }
        }
        return .same(lines.count - 1)
    }

    private static func machine(_ header: TraceHeader) throws(Refusal) -> CallMachine {
        var text = ""
        for setting in header.settings where !setting.section.isEmpty {
            // A bare semicolon would begin a comment.
            let value = setting.value.map { $0 == ";" ? "\\;" : String($0) }.joined()
            text += "[\(setting.section)]\n\(setting.name) = \(value)\n"
        }
        let arguments = header.settings.filter(\.section.isEmpty).map { "\($0.name)=\($0.value)" }
        let settings: Settings
        do throws(ConfigurationError) {
            settings = try Settings.parse(text, fileName: "trace", arguments: arguments, for: header.kind.role)
        } catch { throw Refusal(description: "the settings in line 1: \(error)") }
        guard let base = Location(header.kind.address(in: settings)) else {
            throw Refusal(description: "the settings in line 1 name no address of a service")
        }
        do throws(CallLoop.Refusal) {
            return try CallMachine(
                settings, for: header.kind, base: base, environment: header.environment, seed: header.seed,
                wallClock: header.wallClock)
        } catch { throw Refusal(description: "\(error)") }
    }
}
