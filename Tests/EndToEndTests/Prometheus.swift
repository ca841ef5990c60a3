import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed

/// Debian's own Prometheus, with the alerts that users copy.
final class Prometheus {
    struct Silent: Error {
        let what: String
    }

    static let rules = Binary.root + "/packaging/monitoring/cognigy-bridge-rules.yml"

    private let port: UInt16
    private let folder: TemporaryFolder
    private var process: Subprocess

    /// Where `.ci/unpack` puts `prometheus` or `promtool`, or Debian does; nil: neither has it.
    static func tool(_ name: String) -> String? {
        [Binary.root + "/.build/prometheus/usr/bin/", "/usr/bin/"].map { $0 + name }.first { access($0, X_OK) == 0 }
    }

    /// `jobs`: the path that is asked at the server on `target`, by the name of the job.
    init(_ program: String, in folder: TemporaryFolder, scraping target: UInt16, _ jobs: [String: String]) throws {
        self.folder = folder
        port = try ListeningSocket(port: 0).port
        let scrapes = jobs.map {
            """
              - job_name: \($0.key)
                metrics_path: \($0.value)
                static_configs: [{ targets: ["127.0.0.1:\(target)"] }]
            """
        }
        try folder.write(
            """
            global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 250ms }
            rule_files: ["\(Self.rules)"]
            scrape_configs:
            \(scrapes.joined(separator: "\n"))
            """, to: "prometheus.yml")
        let log = try FileDescriptor.open(folder.path("prometheus.log"), O_WRONLY | O_CREAT | O_APPEND)
        process = try Subprocess(
            [
                program, "--config.file=\(folder.path("prometheus.yml"))", "--web.listen-address=127.0.0.1:\(port)",
                "--storage.tsdb.path=\(folder.path("prometheus"))", "--log.level=warn",
            ], environment: ["PATH=/usr/bin:/bin"], output: log.raw, errors: log.raw)
        let isReady = eventually { (try? HTTPAnswer(from: port, "/-/ready"))?.status == 200 }
        if !isReady { throw Silent(what: (try? folder.text("prometheus.log")) ?? "") }
    }

    /// What its HTTP API answers: prometheus.io/docs/prometheus/latest/querying/api.
    func ask(_ path: String) throws -> JSON {
        let answer = try HTTPAnswer(from: port, "/api/v1/\(path)")
        let json = try JSON(parsing: answer.body.utf8)
        guard json["status"] == "success", let data = json["data"] else {
            throw Silent(what: "\(path): \(answer.body)")
        }
        return data
    }

    /// The alerts as it has read them.
    func rules() throws -> [JSON] { (try ask("rules")["groups"]?.array ?? []).flatMap { $0["rules"]?.array ?? [] } }

    /// The values of an expression now, one of each series.
    func values(_ expression: String) throws -> [Double] {
        let query = expression.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let series = try ask("query?query=\(query)")["result"]?.array ?? []
        return series.compactMap { $0["value"]?.array?.last?.string }.compactMap { Double($0) }
    }
}
