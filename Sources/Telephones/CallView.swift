import FakeAsterisk
import JSON
import StandIn

/// Writes a call as two columns with times: what the caller hears and does on the left, what the service sees and says
/// on the right.
public struct CallView {
    public enum Colour: String, Sendable {
        case key = "\u{1b}[33m"
        case sound = "\u{1b}[32m"
        case service = "\u{1b}[36m"
        case wrong = "\u{1b}[31m"
        case faint = "\u{1b}[2m"
        fileprivate static let end = "\u{1b}[0m"
    }

    private static let width = 52
    private let isColoured: Bool
    /// What the service has said and the caller has not heard yet, in order.
    private var texts: [String] = []
    private var names: [String: String] = [:]
    private var isJoined = false

    public init(isColoured: Bool) { self.isColoured = isColoured }

    /// The line above the columns. `withService`: whether there is a right column.
    public func heading(withService: Bool) -> String {
        let left = "       s  the caller"
        let service = String(repeating: " ", count: Self.width - 8) + "the service"
        return paint(withService ? left + service : left, .faint)
    }

    /// A line for an event of the caller's side; nil if it is not shown.
    public mutating func line(for event: CallRecord.Event) -> String? {
        let at = event.at
        switch event.what {
        case .command(let line) where line == "ANSWER": return left(at, "is answered")
        // What an operator would read in Asterisk's own log.
        case .command(let line) where line.hasPrefix(Self.warning):
            return left(at, "| \(line.dropFirst(Self.warning.count).dropLast())", .wrong)
        case .command(let line) where CallRecord.session(in: line) != nil && !isJoined && !Self.isLast(line):
            isJoined = true
            return left(at, "is joined to session \(CallRecord.session(in: line) ?? "")", .faint)
        case .command, .sentHangupSignal: return nil
        case .reply(let line):
            return line.hasPrefix("200") || line.hasPrefix("511") ? nil : left(at, "Asterisk: \(line)", .wrong)
        case .playing(let name, let length):
            names[name] = names[name] ?? title(of: name)
            return left(at, "hears \(names[name] ?? name), \(Self.seconds(length)) s", .sound)
        case .heard(let sound):
            let heard = Self.seconds(.seconds(sound.to - sound.from) / max(1, sound.rate))
            switch sound.end {
            case .complete: return nil
            case .missing: return left(at, "hears nothing: no sound \(sound.name)", .wrong)
            case .key(let digit): return left(at, "  stopped by key \(digit) after \(heard) s", .sound)
            case .command: return left(at, "  stopped by the bridge after \(heard) s", .sound)
            case .hangup: return left(at, "  cut off by the hangup after \(heard) s", .sound)
            }
        case .key(let key):
            switch key.fate {
            case .returned: return left(at, "presses \(key.digit)", .key)
            case .lost(.noCommandRunning): return left(at, "presses \(key.digit): lost, no command was running", .wrong)
            case .lost(.notTaken(let command)): return left(at, "presses \(key.digit): not taken by \(command)", .wrong)
            case .lost(.hungUp): return left(at, "presses \(key.digit): lost, hung up", .wrong)
            }
        case .hangup(.caller): return left(at, "hangs up")
        case .hangup(.program): return left(at, "is hung up on by the bridge")
        case .exited(.code(0)): return left(at, "the bridge has ended", .faint)
        case .exited(.code(let code)): return left(at, "the bridge has ended with exit code \(code)", .wrong)
        case .exited(.signal(let number)): return left(at, "the bridge was killed by signal \(number)", .wrong)
        }
    }

    private static let warning = "EXEC Log \"WARNING,"

    /// Whether this command sets the variables with which a call ends: one that never was joined names its session, too.
    private static func isLast(_ line: String) -> Bool {
        line.indices.contains { line[$0...].hasPrefix("COGNIGY_STATUS=") }
    }

    /// A line for an entry of the service's journal; nil if it is not shown. `at` is in the time of the call.
    public mutating func line(for entry: Journal.Entry, at: Duration) -> String? {
        let status = entry["status"]?.string ?? ""
        let colour: Colour = status.first.map { "123".contains($0) } ?? true ? .service : .wrong
        switch entry.event {
        case .token: return right(at, "token \(status)", colour)
        case .flows: return right(at, "flows \(status)", colour)
        case .session:
            let caller = entry["caller"]?.string ?? "unknown"
            return right(at, "session \(status) \(entry["id"]?.string ?? "") for \(caller)", colour)
        case .voice: return right(at, "voice socket \(status)", colour)
        case .dtmf: return right(at, "<- key \(entry["digit"]?.string ?? "")", .key)
        case .ping: return right(at, "<- ping", .faint)
        case .sent where entry["kind"] == "finalPing":
            return right(at, "-> end of the turn, \(entry["message"]?["type"]?.string ?? "")", .faint)
        case .sent: return right(at, "-> \(said(entry["message"] ?? .null))", .service)
        case .audio: return right(at, "audio \(entry["name"]?.string ?? "") \(status)", colour)
        case .tts: return right(at, "speech \(status)", colour)
        case .bots, .login, .mark, .run, .stop, .reset, .oauth, .assist, .suggest:
            return right(at, "\(entry.event.rawValue) \(status)", colour)
        case .look: return right(at, "look \(status)\(quoted(entry["session"]))", colour)
        case .sttWords: return right(at, "hears\(quoted(entry["text"]))", .faint)
        case .stt: return right(at, "heard \(status)\(quoted(entry["text"]))", colour)
        case .dialog:
            let answer = entry["answer"] == nil ? "" : " ->\(quoted(entry["answer"]))"
            return right(at, "dialog \(status)\(quoted(entry["text"]))\(answer)", colour)
        case .connect: return right(at, "endpoint \(status)", colour)
        case .ready: return right(at, "-> ready", .service)
        case .input: return right(at, "<- \(input(entry))", .key)
        // One of speech to text is closed after each utterance.
        case .closed where entry["style"] != nil: return nil
        case .closed:
            return right(at, "closed \(entry["code"]?.string ?? "") by the \(entry["by"]?.string ?? "other side")")
        case .violation: return right(at, "! \(entry["what"]?.string ?? "")", .wrong)
        case .listening, .connected, .disconnected, .ack, .wsPing, .wsPong, .voicePort, .voiceCall, .sttSocket:
            return nil
        }
    }

    /// A line that says that the caller has heard nothing so far.
    public func lineWithoutGreeting(at: Duration) -> String { left(at, "waits: nothing was said yet", .faint) }

    /// A line for what the bridge wrote to its standard error.
    public func line(saidByBridge text: String, at: Duration) -> String { left(at, "| \(text)", .faint) }

    private func quoted(_ text: JSON?) -> String { text?.string.map { " \"\($0)\"" } ?? "" }

    /// What the endpoint was sent: the name of an event and a text, as far as they are there.
    private func input(_ entry: Journal.Entry) -> String {
        let text = entry["text"]?.string.flatMap { $0.isEmpty ? nil : "\"\($0)\"" }
        return [entry["name"]?.string, text].compactMap(\.self).joined(separator: " ")
    }

    private mutating func said(_ message: JSON) -> String {
        let activity = message["data"]?["_cognigy"]?["_voiceGateway"]?["json"]?["activities"]?.array?.first
        let sound = activity?["activityParams"]
        let text = (message["text"]?.string).flatMap { $0.isEmpty ? nil : $0 } ?? sound?["playUrlAltText"]?.string
        let audio = message["audioUrl"]?.string ?? sound?["playUrlUrl"]?.string
        if audio != nil || text != nil { texts.append(text.map { "\"\($0)\"" } ?? audio ?? "") }
        let parts =
            [
                text.map { "\"\($0)\"" }, audio == nil ? nil : "+ audio", message["end"]?.bool == true ? "+ end" : nil,
                message["handoffTrigger"]?.bool == true ? "+ handoff" : nil,
            ] + verbs(in: message).map { "+ \($0)" }
        let known = parts.compactMap { $0 }.joined(separator: " ")
        return known.isEmpty ? message.text : known
    }

    /// The names of the commands for a voice gateway in what the endpoint has said.
    private func verbs(in message: JSON) -> [String] {
        guard let commands = message["data"]?["_cognigy"]?["_voiceGateway2"]?["json"] else { return [] }
        return (commands.array ?? [commands]).compactMap { $0["verb"]?.string ?? $0.object?.keys.min() }
    }

    /// What to call a sound. A prompt that the bridge made is shown as the text of the service's oldest message that
    /// was not heard yet; a sound of Asterisk is shown by its name.
    private mutating func title(of name: String) -> String {
        if name.hasPrefix("SAY ") {
            texts.removeAll { $0 == "\"\(name.split(separator: " ").last ?? "")\"" }
            return name
        }
        if !name.hasPrefix("/") { return name }
        return texts.isEmpty ? "prompt \(name.split(separator: "/").last ?? "")" : texts.removeFirst()
    }

    // MARK: Columns

    private func left(_ at: Duration, _ text: String, _ colour: Colour? = nil) -> String {
        time(at) + paint(Self.printable(text), colour)
    }

    private func right(_ at: Duration, _ text: String, _ colour: Colour? = nil) -> String {
        time(at) + String(repeating: " ", count: Self.width + 2) + paint(Self.printable(text), colour)
    }

    private func time(_ at: Duration) -> String { paint(Transcript.time(at), .faint) + "  " }

    private func paint(_ text: String, _ colour: Colour?) -> String {
        guard isColoured, let colour else { return text }
        return colour.rawValue + text + Colour.end
    }

    private static func seconds(_ duration: Duration) -> String {
        let tenths = Int(duration / .milliseconds(10))
        return "\(tenths / 100).\(tenths / 10 % 10)\(tenths % 10)"
    }

    /// Replaces control characters by spaces, so that text from outside cannot control the terminal.
    private static func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 32 || (127...159).contains($0.value) ? " " : Character($0) })
    }
}
