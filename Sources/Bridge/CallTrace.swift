import AGI
import Call
import Cognigy
import Configuration
import Glibc
import JSON
import State
import System

/// Writes down what happens in one call: in the log at level debug, and into a file of its own where `[paths] trace`
/// names a folder. The file is whole enough to run the call's machine again (`swift run replay FILE`): its first line
/// holds the settings without their secrets and the seed, every other line an event, its time and its effects.
final class CallTrace {
    private let log: Log
    private let isLogged: Bool
    private let mask: TraceMask
    private let started: Duration
    private var file: FileDescriptor?
    private var bytesLeft = CallTrace.mostBytes
    private var logBytesLeft = CallTrace.mostBytes

    /// A file ends when it is this long.
    static let mostBytes = 2 << 20
    /// How many files a folder may hold, and for how many seconds.
    static let mostFiles = 200
    static let oldest = 7.0 * 86_400

    /// nil: neither the log nor a file wants to know.
    init?(
        _ settings: Settings, kind: CallLoop.Kind, environment: AGI.Environment, seed: UInt64, started: Duration,
        wallClock: Double, log: Log
    ) {
        isLogged = settings.paths.log != .off && settings.paths.logLevel == .debug
        guard isLogged || settings.paths.trace != nil else { return nil }
        mask = TraceMask(showsContent: settings.paths.traceContent)
        self.log = log
        self.started = started
        guard let folder = settings.paths.trace else { return }
        do throws(PrivateFolder.Refusal) { try PrivateFolder.prepare(folder) } catch {
            log.write(.warning, "[paths] trace: \(error)")
            return
        }
        TraceFolder.sweep(folder, atMost: CallTrace.mostFiles, olderThan: CallTrace.oldest, now: wallClock)
        // Drops what a file's name must not hold.
        let id = String(
            (environment.uniqueID ?? "call").filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") })
        let path = "\(folder)/\(Int(wallClock))-\(id)-\(String(getpid())).trace"
        do throws(Errno) {
            file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, mode: 0o600)
        } catch {
            log.write(.warning, "[paths] trace: \(path) cannot be written (\(error))")
        }
        let header = TraceHeader(
            settings: settings.source.entries.map {
                TraceHeader.Setting(section: $0.section, name: $0.name, value: $0.value)
            },
            kind: kind.masked(by: mask), environment: environment, mask: mask, seed: seed, wallClock: wallClock)
        append(header.json)
    }

    func note(_ event: Event, _ effects: [Effect], at now: Duration) {
        let json = event.json(mask)
        if isLogged {
            say("event \(json.text)")
            for effect in effects {
                // The one is a line of the log itself, and the other is for the transcript only.
                if case .log = effect { continue }
                if case .remark = effect { continue }
                say("effect \(effect.json(mask).text)")
            }
        }
        if file == nil { return }
        let effects = JSON.array(Effect.json(effects, mask))
        append(["at": .integer((now - started).nanoseconds), "event": json, "effects": effects])
    }

    /// These lines do not count among the lines that a call may write: its warnings and its end must stay in the log.
    private func say(_ line: String) {
        logBytesLeft -= line.utf8.count
        if logBytesLeft >= 0 { log.write(.debug, counts: false, line) }
    }

    /// A file that cannot be written any more is given up: the call goes on.
    private func append(_ json: JSON) {
        guard let descriptor = file?.raw else { return }
        let line = Array((log.redacting(json.text) + "\n").utf8)
        bytesLeft -= line.count
        let isWhole = bytesLeft >= 0 && (try? Descriptor.write(descriptor, line)) == line.count
        if !isWhole { file = nil }
    }
}

extension Duration {
    var nanoseconds: Int { Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000) }
}

extension CallLoop.Kind {
    /// What the agent is to know is content.
    fileprivate func masked(by mask: TraceMask) -> CallLoop.Kind {
        guard case .handoff(let queue, let sessionID, let variables) = self else { return self }
        return .handoff(queue: queue, sessionID: sessionID, variables: variables.mapValues { mask.text($0) })
    }
}
