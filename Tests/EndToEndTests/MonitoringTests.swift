import FakeAsterisk
import Glibc
import JSON
import StandIn
import System
import TestService
import Testbed
import Testing

/// The dashboard and the alerts, tried on a Prometheus that asks the program for its numbers while calls are made.
@Suite struct MonitoringTests {
    private static func dashboard() throws -> JSON {
        let path = Binary.root + "/packaging/monitoring/cognigy-bridge-dashboard.json"
        return try JSON(parsing: try AtomicFile.read(path, limit: 1 << 20, owner: .anyone, forbidden: 0).bytes)
    }

    /// The panels' expressions, as Grafana would ask them.
    private static func expressions() throws -> [String] {
        let dashboard = try dashboard()
        let targets = (dashboard["panels"]?.array ?? []).flatMap { $0["targets"]?.array ?? [] }
        return targets.compactMap { $0["expr"]?.string }.map {
            $0.replacing("$__rate_interval", with: "5m").replacing("$__range", with: "5m")
                .replacing("$instance", with: ".*")
        }
    }

    /// Every name of ours in an expression.
    private static func names(in expressions: [String]) -> Set<String> {
        let words = expressions.flatMap {
            $0.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_")) }.map(String.init)
        }
        return Set(words.filter { $0.hasPrefix("cognigy_bridge_") })
    }

    /// A caller who stops a prompt, at a service that fails once and whose socket drops once; and one who speaks.
    private static func makeCalls(_ pbx: PBX) throws {
        let keyed = try pbx.call(
            CallPlan(
                [.press("1", when: .whenPlaying(1), after: .milliseconds(200))] + EndpointTests.keys("59")))
        #expect(keyed.variables["COGNIGY_STATUS"] == "COMPLETED")
        let speech = try Espeak.samples("I want to pay my bill.", .sln)
        let spoken = try FakeCall(
            program: Binary.path, arguments: ["voice"], environment: pbx.environment,
            plan: [
                .say(speech, when: .whenWaiting, after: .milliseconds(400)),
                .hangUp(when: .whenHeard(1), after: .milliseconds(200)),
            ], channel: FakeChannel(), sounds: pbx.folder.path("sounds"), enhanced: true
        ).run(deadline: .seconds(40))
        #expect(spoken.tells("COGNIGY_STATUS", "HANGUP") && spoken.tells("COGNIGY_TURNS", "1"))
    }

    @Test func everyNumberOfTheDashboardAndTheAlertsIsThereAndMoves() throws {
        guard let program = Prometheus.tool("prometheus") else {
            try Test.cancel("there is no prometheus; make test unpacks it")
        }
        let pbx = try VoiceChannelTests.pbx(
            """
            session status 503 times 1
            key 5 drop times 1
            stt say "I want to pay my bill."
            \(Scenario.demo)
            """, settings: ["COGNIGY_PATHS_COUNTERS": "yes"])
        mkdir(pbx.folder.path("documents"), 0o755)
        try writeTextfile(pbx)
        let port = try ListeningSocket(port: 0).port
        let server = try WebServer(
            .lighttpd, for: pbx, secret: Signing("whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw=="), port: port)
        let prometheus = try Prometheus(
            program, in: pbx.folder, scraping: port, ["cognigy-bridge": "/metrics", "node": "/node.prom"])
        let calls = { (job: String) in try prometheus.values("sum(cognigy_bridge_calls_total{job=\"\(job)\"})") }
        for job in ["cognigy-bridge", "node"] {
            #expect(try eventually { try calls(job) == [0] }, "\(job): \(pbx.webLog)")
        }
        try Self.makeCalls(pbx)
        try writeTextfile(pbx)
        for job in ["cognigy-bridge", "node"] { #expect(try eventually { try calls(job) == [2] }, "\(job)") }

        let expressions = try Self.expressions()
        #expect(expressions.count > 20)
        // A busy machine misses a scrape now and then, and has no value until the next.
        let hasValues = { (expression: String) in try eventually { try !prometheus.values(expression).isEmpty } }
        let rules = try prometheus.rules()
        #expect(rules.count == 7)
        let gauges: Set = ["cognigy_bridge_build_info", "cognigy_bridge_breakers_open", "cognigy_bridge_webhooks_kept"]
        for name in Self.names(in: expressions + rules.compactMap { $0["query"]?.string }) {
            #expect(try hasValues("{__name__=\"\(name)\",job=\"cognigy-bridge\"}"), "\(name)")
            if gauges.contains(name) { continue }
            // It was seen at 0 before.
            let risen = "sum(\(name){job=\"cognigy-bridge\"}) > 0 and sum(min_over_time(\(name)[10m])) == 0"
            #expect(try hasValues(risen), "\(name) does not move")
        }
        for expression in expressions { #expect(try hasValues(expression), "\(expression)") }
        #expect(try hasValues("node_textfile_mtime_seconds{file=~\".*cognigy.*[.]prom\"}"))
        #expect(try eventually { try prometheus.rules().allSatisfy { $0["health"] == "ok" } }, "\(rules)")
        for rule in rules {
            for word in ["summary", "next_step"] { #expect(rule["annotations"]?[word]?.string?.isEmpty == false) }
        }
        _ = server
    }

    /// Whoever imports it says which Prometheus it asks, and no panel asks another.
    @Test func theDashboardAsksTheDataSourceThatIsChosen() throws {
        let dashboard = try Self.dashboard()
        let variables = dashboard["templating"]?["list"]?.array ?? []
        #expect(
            variables.contains {
                $0["type"] == "datasource" && $0["query"] == "prometheus" && $0["name"] == "datasource"
            })
        let panels = dashboard["panels"]?.array ?? []
        #expect(panels.count > 10)
        for panel in panels {
            for asking in [panel] + (panel["targets"]?.array ?? []) {
                #expect(asking["datasource"] == ["type": "prometheus", "uid": "${datasource}"])
            }
            #expect(panel["title"]?.string?.isEmpty == false && panel["gridPos"]?["w"] != nil)
        }
        #expect(Set(panels.compactMap { $0["id"]?.number }).count == panels.count)
        #expect(Set(panels.compactMap { $0["title"]?.string }).count == panels.count)
    }

    /// The file of node_exporter's folder, and what node_exporter itself says of it.
    private func writeTextfile(_ pbx: PBX) throws {
        let file = pbx.folder.path("documents/cognigy.prom")
        let outcome = try Outcome(of: [Binary.path, "metrics", "--textfile", file], environment: pbx.environment)
        #expect(outcome.status == .code(0) && outcome.errors == "" && outcome.output == "")
        try pbx.folder.write(
            try pbx.folder.text(file) + "node_textfile_mtime_seconds{file=\"\(file)\"} \(Int(WallClock.now()))\n",
            to: "documents/node.prom", mode: 0o644)
    }

    @Test func promtoolHasNothingToSay() throws {
        guard let promtool = Prometheus.tool("promtool") else {
            try Test.cancel("there is no promtool; make test unpacks it")
        }
        let rules = try Outcome(of: [promtool, "check", "rules", Prometheus.rules])
        #expect(rules.status == .code(0), "\(rules.output) \(rules.errors)")
        let pbx = try PBX("")
        pbx.environment["COGNIGY_PATHS_COUNTERS"] = "yes"
        let page = try Outcome(of: [Binary.path, "metrics"], environment: pbx.environment)
        let metrics = try Outcome(of: [promtool, "check", "metrics"], input: page.output)
        #expect(
            metrics.status == .code(0) && metrics.output == "" && metrics.errors == "",
            "\(metrics.output) \(metrics.errors)")
    }

    /// Each case is an hour of a PBX, and the alerts that are on at its end.
    @Test func theAlertsComeWhereTheyShould() throws {
        guard let promtool = Prometheus.tool("promtool") else {
            try Test.cancel("there is no promtool; make test unpacks it")
        }
        let call = { (status: String, reason: String, values: String) in
            "cognigy_bridge_calls_total{status=\"\(status)\",reason=\"\(reason)\"} \(values)"
        }
        let slow = ["1", "2", "3", "5", "+Inf"].map {
            "cognigy_bridge_turn_first_sound_seconds_bucket{event_type=\"voice_turn\",le=\"\($0)\"} "
                + ($0 == "5" || $0 == "+Inf" ? "0+9x60" : "0+5x60")
        }
        let cases: [(series: [String], alerts: [String])] = [
            // Nobody calls, and whatever was wrong is long ago.
            (
                [
                    call("COMPLETED", "end", "7+0x60"), call("UNAVAILABLE", "no_reply", "7+0x60"),
                    call("ERROR", "configuration", "7+0x60"), "cognigy_bridge_breakers_open 0+0x60",
                    "cognigy_bridge_webhooks_kept 0+0x60", "up{job=\"cognigy-bridge\"} 1+0x60",
                    "node_textfile_mtime_seconds{file=\"/x/cognigy.prom\"} 0+60x60",
                ], []
            ),
            // One of a hundred, and one of ten.
            ([call("COMPLETED", "end", "0+99x60"), call("UNAVAILABLE", "no_reply", "0+1x60")], []),
            ([call("COMPLETED", "end", "0+9x60"), call("UNAVAILABLE", "no_reply", "0+1x60")], ["CallsNotServed"]),
            (
                [call("ERROR", "configuration", "0+0x55 1+0x5"), call("COMPLETED", "end", "0+99x60")],
                ["ConfigurationBroken"]
            ),
            (["cognigy_bridge_breakers_open 1+0x60"], ["BreakerOpen"]), (slow, ["AnswersSlow"]),
            (["cognigy_bridge_webhooks_kept 3+0x60"], ["WebhooksKept"]),
            (["node_textfile_mtime_seconds{file=\"/x/cognigy.prom\"} 0+0x60"], ["CountersStale"]),
            (["node_textfile_mtime_seconds{file=\"/x/other.prom\"} 0+0x60"], []),
            (["up{job=\"cognigy-bridge\"} 0+0x60", "up{job=\"other\"} 0+0x60"], ["CountersUnreachable"]),
        ]
        let tests = cases.map { series, alerts in
            let input = series.map { line in
                let end = line.lastIndex { $0 == "}" }.map { line.index(after: $0) } ?? line.firstIndex(of: " ")
                let values = end.map { line[$0...].dropFirst() } ?? ""
                return "      - { series: '\(line.dropLast(values.count + 1))', values: '\(values)' }\n"
            }
            let expected = alerts.map { "{ labels: '{alertname=\"Cognigy\($0)\"}', value: 1 }" }
            return "  - interval: 1m\n    input_series:\n\(input.joined())    promql_expr_test:\n"
                + "      - expr: count by (alertname) (ALERTS{alertstate=\"firing\"})\n        eval_time: 60m\n"
                + "        exp_samples: [\(expected.joined(separator: ", "))]\n"
        }
        let folder = try TemporaryFolder()
        try folder.write(
            "rule_files: [\"\(Prometheus.rules)\"]\nevaluation_interval: 1m\ntests:\n\(tests.joined())",
            to: "alerts.yml")
        let outcome = try Outcome(of: [promtool, "test", "rules", folder.path("alerts.yml")])
        #expect(outcome.status == .code(0), "\(outcome.output) \(outcome.errors)")
    }
}
