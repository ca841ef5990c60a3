import CGI
import Configuration
import Counters
import Glibc
import State
import System

/// Answers GET /metrics: what calls have counted, for Prometheus.
///
/// Of the configuration only two lines are read, so that a broken one, which every call counts as ERROR, can still be seen.
public struct MetricsHandler {
    static let path = "/metrics"

    private let version: String
    private let commit: String

    public init(version: String, commit: String) {
        self.version = version
        self.commit = commit
    }

    public func answer(_ environment: [String: String], report: (String) -> Void) throws(WebRefusal) -> Reply {
        guard Settings.counts(environment: environment) else {
            throw WebRefusal(404, "calls are not counted; [paths] counters = yes begins it")
        }
        guard let text = text(environment, report: report) else {
            throw WebRefusal(500, "the state folder cannot be used")
        }
        return Reply(200, headers: ["Content-Type": Exposition.contentType], body: Array(text.utf8))
    }

    /// nil, and why to `report`: there is no folder to read.
    public func text(_ environment: [String: String], report: (String) -> Void) -> String? {
        let state = Settings.statePath(environment: environment)
        if let owner = StateFolder.stranger(at: state) {
            let us = Account.words(geteuid())
            report(
                "\(state) belongs to \(Account.words(owner)), and \(us) sees none of its counters; run this as that user"
            )
            return nil
        }
        guard let folder = StateFolder(ofCalls: state, report: report) else { return nil }
        guard let counts = CounterFile(folder: folder, log: { _ in }).read() else {
            report("\(folder.path): the counters cannot be read; is the file still our own, and closed to others?")
            return nil
        }
        return Exposition(counts, folder.moment(now: WallClock.now()), version: version, commit: commit).text
    }
}
