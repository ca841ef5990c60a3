import AGI
import Call
import Configuration
import Glibc
import JSON
import Report
import State
import System
import Text

/// Writes down what is said in one call: into the file that `[paths] transcript` names, or into a file of its own in that
/// folder. Only its owner may read it.
final class Transcript {
    /// More than a call says. A flow that talks without end must not fill the disk.
    static let mostBytes = 1 << 20

    private let lines: Metrics
    private let log: Log
    private let members: [MetricsField: JSON]
    private let showsDigits: Bool
    private var bytesLeft = Transcript.mostBytes

    /// nil: nobody wants one.
    init?(_ settings: Settings, environment: AGI.Environment, seed: UInt64, log: Log) {
        guard var path = settings.paths.transcript else { return nil }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            // Drops what a file's name must not hold.
            let id = (environment.uniqueID ?? "call").filter {
                $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0))
            }
            path += "/\(Int(WallClock.now()))-\(id.prefix(150)).jsonl"
        }
        lines = Metrics(path: path, log: log, name: "lines of the transcript", mode: 0o600)
        self.log = log
        members = [
            .user: .string(CallMetrics.user(settings, environment, seed: seed)),
            .call: environment.uniqueID.map { .string($0) } ?? .null,
        ]
        showsDigits = settings.paths.transcriptDigits
    }

    func note(_ remark: Remark, session: String?) {
        if bytesLeft < 0 { return }
        let shown = showsDigits ? remark : remark.withoutDigits
        bytesLeft -= 200 + (shown.text?.utf8.count ?? 0)
        if bytesLeft < 0 { return log.write(.notice, "the transcript ends here: the call says more than is kept") }
        var members = members
        members[.timestamp] = .string(Timestamp.text(WallClock.now()))
        members[.eventType] = .string(MetricsField.Event(remark.kind).rawValue)
        members[.session] = session.map { .string($0) } ?? .null
        // An error text of the service may echo a token or a secret.
        members[.text] = shown.text.map { .string(log.redacting($0)) } ?? .null
        members[.sound] = shown.sound.map { .string($0) } ?? .null
        lines.append(Dictionary(uniqueKeysWithValues: members.map { ($0.key.rawValue, $0.value) }))
    }
}

extension MetricsField.Event {
    fileprivate init(_ kind: Remark.Kind) {
        switch kind {
        case .callerSaid: self = .callerSaid
        case .callerKeyed: self = .callerKeyed
        case .flowSaid: self = .flowSaid
        }
    }
}
