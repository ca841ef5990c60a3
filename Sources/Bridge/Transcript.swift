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
package final class Transcript {
    /// More than a call says. A flow that talks without end must not fill the disk.
    static let mostBytes = 1 << 20

    /// Its disk is asked only when there is something to write.
    private lazy var lines = Metrics(path: file(), log: log, name: "lines of the transcript", mode: 0o600)
    private let path: String
    private let callID: String?
    private let log: Log
    private let members: [MetricsField: JSON]
    private let showsDigits: Bool
    private var bytesLeft = Transcript.mostBytes

    /// nil: nobody wants one.
    init?(_ settings: Settings, environment: AGI.Environment, seed: UInt64, log: Log) {
        guard let path = settings.paths.transcript else { return nil }
        self.path = path
        callID = environment.uniqueID
        self.log = log
        members = [
            .user: .string(CallMetrics.user(settings, environment, seed: seed)),
            .call: environment.uniqueID.map { .string($0) } ?? .null,
        ]
        showsDigits = settings.paths.transcriptDigits
    }

    private func file() -> String {
        var status = stat()
        if stat(path, &status) != 0 { return path }
        // One that others made readable, a rotation for instance, is closed again.
        if status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o077 != 0 { chmod(path, 0o600) }
        if status.st_mode & S_IFMT != S_IFDIR { return path }
        return "\(path)/\(Int(WallClock.now()))\(Self.ending(of: callID ?? "call"))"
    }

    /// How the name of a call's own file ends, behind the time. Drops what a file's name must not hold.
    package static func ending(of call: String) -> String {
        let id = call.filter { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) }
        return "-\(id.prefix(150)).jsonl"
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
