import StandIn
import System
import TestService
import Testbed
import Testing

/// The program as a CGI program of real web servers.
@Suite struct WebServerTests {
    private let signing = Signing("whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cw==")

    /// A webhook as it comes over the wire.
    private func post(_ body: String, id: String, _ more: String = "") -> String {
        let headers = signing.headers(body, id: id).map { name, value in
            "\(name.dropFirst("HTTP_".count).split(separator: "_").joined(separator: "-").lowercased()): \(value)\r\n"
        }
        return "POST /webhook/cognigy/barge-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(headers.joined())\(more)\r\n\(body)"
    }

    private func get(_ path: String, _ more: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(more)\r\n"
    }

    @Test(arguments: WebServer.Kind.allCases) func aWebhookGoesThroughTheServer(_ kind: WebServer.Kind) throws {
        let pbx = try PBX(WebhookTests.session)
        let server = try WebServer(kind, for: pbx, secret: signing)
        let body = WebProgram.interruption()
        let trap = try ListeningSocket(port: 0)
        let good = try server.visitors.send(post(body, id: "1", "Proxy: http://127.0.0.1:\(trap.port)\r\n"))
        #expect(good.status == 200, "\(good.text) \(pbx.webLog)")
        #expect(good.text.contains(#""status":"processed""#))
        #expect(pbx.told() == ["stop s1", "reset s1"])
        let isTrapped = trap.accept() != nil
        #expect(!isTrapped)

        let again = try server.visitors.send(post(body, id: "1"))
        #expect(again.status == 200)
        #expect(again.text.contains(#"{"status":"repeated"}"#))
        let wrong = WebProgram.interruption("s1", ["confidence": "1.0000001"])
        let refused = try server.visitors.send(post(wrong, id: "2"))
        #expect(refused.status == 422)
        #expect(refused.text.contains("confidence must be from 0 to 1"))
        let large = WebProgram.interruption("s1", ["more": "\"\(String(repeating: "x", count: 1 << 16))\""])
        #expect(try server.visitors.send(post(large, id: "3")).status == 413)
        let looked = try server.visitors.send(get("/webhook/cognigy/barge-in"))
        #expect(looked.status == 405)
        #expect(looked.text.contains("Allow: POST"))
        #expect(try server.visitors.send(get("/webhook/cognigy/barge-out")).status == 404)
        // Past whatever the server allows for the webhook's own path.
        let hidden = post(body, id: "6").replacing("POST /", with: "POST /api/widget/config/")
        #expect(try server.visitors.send(hidden).status == 404)
        // Refused before the body is of any use.
        let other = post(body, id: "4").replacing("POST /", with: "PUT /")
        #expect(try server.visitors.send(other).status == 405)
        let plain = post(body, id: "5").replacing("application/json", with: "text/plain")
        #expect(try server.visitors.send(plain).status == 415)
        #expect(pbx.told() == ["stop s1", "reset s1"])
        #expect(!pbx.webLog.contains("cognigy-bridge:"), "\(pbx.webLog)")
    }

    @Test(arguments: WebServer.Kind.allCases) func theWidgetAsksTheSameProgram(_ kind: WebServer.Kind) throws {
        let pbx = try PBX(WebhookTests.session)
        let server = try WebServer(kind, for: pbx, secret: signing)
        let answer = try server.visitors.send(get("/api/widget/config"))
        #expect(answer.status == 200, "\(answer.text) \(pbx.webLog)")
        #expect(answer.text.contains(#""maxSuggestions":3"#))
        let tag = answer.text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("etag: ") }?.dropFirst(6)
        let held = try #require(tag.map(String.init))
        #expect(try server.visitors.send(get("/api/widget/config", "If-None-Match: \(held)\r\n")).status == 304)
    }

    /// The tests' socket is no address that the sample lets in.
    @Test(arguments: WebServer.Kind.allCases) func theCountersAreForTheMonitoringHostAlone(_ kind: WebServer.Kind)
        throws
    {
        let pbx = try PBX(WebhookTests.session)
        let server = try WebServer(kind, for: pbx, secret: signing)
        for path in ["/metrics", "/metrics/", "//metrics"] {
            let answer = try server.visitors.send(get(path))
            #expect([403, 404].contains(answer.status), "\(path): \(answer.text)")
            #expect(!answer.text.contains("cognigy_bridge_"))
        }
        #expect(try server.visitors.send(get("/api/widget/config/metrics")).status == 404)
    }

    @Test(arguments: WebServer.Kind.allCases) func theMonitoringHostIsToldTheCounters(_ kind: WebServer.Kind) throws {
        let pbx = try PBX(WebhookTests.session)
        let port = try ListeningSocket(port: 0).port
        let server = try WebServer(kind, for: pbx, secret: signing, port: port)
        let answer = try HTTPAnswer(from: port, "/metrics")
        #expect(answer.status == 200, "\(answer.head) \(pbx.webLog)")
        #expect(answer.head.lowercased().contains("content-type: text/plain; version=0.0.4"))
        #expect(answer.body.contains("\ncognigy_bridge_calls_total{status=\"COMPLETED\",reason=\"end\"} 0\n"))
        #expect(try HTTPAnswer(from: port, "/metrics/x").status == 404)
        _ = server
    }

    /// The operator finds the sentence in the server's log.
    @Test(arguments: WebServer.Kind.allCases) func aBrokenInstallationIsSaidInTheServersLog(
        _ kind: WebServer.Kind
    ) throws {
        let pbx = try PBX(WebhookTests.session)
        let server = try WebServer(kind, for: pbx, secret: signing)
        try pbx.folder.write("[cognigy]\nclient_idd = x\n", to: "bridge.conf")
        let answer = try server.visitors.send(post(WebProgram.interruption(), id: "1"))
        #expect(answer.status == 500, "\(answer.text)")
        #expect(eventually { pbx.webLog.contains("bridge.conf:2: [cognigy] client_idd") }, "\(pbx.webLog)")
    }

    /// Fifty a second for twenty seconds, from end to end.
    @Test(.serialized, arguments: WebServer.Kind.allCases) func manyWebhooksAreAnsweredAndNothingIsLeft(
        _ kind: WebServer.Kind
    ) throws {
        // One is there for long enough to be seen, or the count at the end would prove nothing.
        let pbx = try PBX("\(WebhookTests.session)\nstop delay 500 ok times 1")
        let server = try WebServer(kind, for: pbx, secret: signing)
        var seen = 0
        let body = WebProgram.interruption()
        let count = 1000
        let answers = try server.visitors.send(count, every: .milliseconds(20)) {
            post(body, id: String($0))
        } meanwhile: {
            _ = pbx.service.entries()
            if seen == 0 { seen = server.programs }
        }
        #expect(answers.count { $0.status == 200 } == count, "\(answers.first { $0.status != 200 }?.text ?? "")")
        #expect(seen > 0)
        #expect(eventually { server.programs == 0 })
        #expect(pbx.service.count(.stop) == count && pbx.service.count(.reset) == count)
        #expect(pbx.service.count(.login) == 1)
        #expect(pbx.service.violations == [])
        #expect(try pbx.deadLetters() == [])
        let times = answers.map(\.took).sorted()
        #expect(times[count * 99 / 100] < .seconds(3))
        print(
            "\(kind): 50 webhooks a second, answered within \(times[count / 2]) (p50), \(times[count * 99 / 100]) (p99)"
        )
    }
}
