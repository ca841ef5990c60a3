import Foundation
import JSON
import System
import Testing
import WebSocket

@testable import StandIn

@Suite struct StandInServerTests {
    @Test(arguments: [false, true]) func aWholeCall(usesTLS: Bool) throws {
        let standIn = try RunningStandIn(Scenario.demo, usesTLS: usesTLS)
        let authority = usesTLS ? standIn.authority : nil
        let client = try standIn.client(trusting: authority)
        let id = try client.openVoice()
        #expect(try client.response()["text"] == "Welcome to the demo.")
        let url = try #require(try client.response()["audioUrl"]?.string)
        #expect(url.hasPrefix(usesTLS ? "https://127.0.0.1:" : "http://127.0.0.1:"))

        let path = try #require(url.range(of: "/audio/").map { String(url[$0.lowerBound...]) })
        let audio = try standIn.client(trusting: authority).reply(to: .init("GET", path))
        #expect(audio.status == 200)
        #expect(audio.body.count == 44 + 8000 * 2 * 9 / 10)

        client.send(.ping([1]))
        #expect(try client.message() == .pong([1]))
        client.press("9")
        #expect(try client.response()["end"] == true)
        client.send(.close(.normal))
        #expect(try client.message() == .close(.normal, ""))
        #expect(throws: TestClient.Failure.ended) { try client.message() }

        let closed = try standIn.entry(.closed)
        #expect(closed.details == ["id": .string(id), "code": 1000, "by": "client"])
        #expect(standIn.violations == [])
        standIn.end()
        #expect(standIn.entries.first?.event == .listening)
        #expect(
            !standIn.entries.contains { $0.line.contains(Tokens.prefix) || $0.line.contains("demo-secret") })
    }

    @Test func aConnectionServesManyRequests() throws {
        let standIn = try RunningStandIn("token slow times 1")
        let client = try standIn.client()
        for _ in 1...3 { #expect(try client.reply(to: .auth()).status == 200) }
        _ = try standIn.entry(.token, 3)
        #expect(standIn.entries.filter { $0.event == .connected }.count == 1)
        standIn.end()
    }

    @Test func aHundredCallsAtOnce() throws {
        let standIn = try RunningStandIn(Scenario.demo)
        let clients = try (1...100).map { _ in try standIn.client() }
        for client in clients { client.send(.auth()) }
        let tokens = try clients.map { try #require(try JSON(parsing: $0.reply().body)["access_token"]?.string) }
        #expect(Set(tokens).count == 100)
        for (client, token) in zip(clients, tokens) { client.send(.session(token: token)) }
        let ids = try clients.map { try #require(try JSON(parsing: $0.reply().body)["id"]?.string) }
        for (client, (id, token)) in zip(clients, zip(ids, tokens)) { client.send(.voice(id, token: token)) }
        for client in clients {
            #expect(try client.reply().status == 101)
            #expect(try client.response()["text"] == "Welcome to the demo.")
            #expect(try client.response()["text"] == "Press 1, 2, 3 or 9.")
        }
        for _ in 1...10 {
            for client in clients { client.press("2") }
            for client in clients { #expect(try client.response()["text"] == "42") }
        }
        for client in clients { client.send(.close(.normal)) }
        _ = try standIn.entry(.closed, 100)
        #expect(standIn.entries.filter { $0.event == .dtmf }.count == 1000)
        #expect(standIn.violations == [])
        standIn.end()
    }

    @Test func halfAMinuteOfSpeechIsHeard() throws {
        let standIn = try RunningStandIn("stt say \"All of it.\"")
        let sound = [UInt8](repeating: 7, count: 30 * 32_000)
        #expect(try standIn.client().json(.rawSound(sound))["text"] == "All of it.")
        #expect(try standIn.entry(.stt)["bytes"] == 960_000)
        #expect(standIn.violations == [])
        standIn.end()
    }

    @Test func faultsOfTheConnection() throws {
        let standIn = try RunningStandIn("token drop times 1\ntoken huge times 1\ntoken stall times 1")
        let dropped = try standIn.client()
        dropped.send(.auth())
        #expect(try dropped.readToEnd() == [])
        let huge = try standIn.client()
        huge.send(.auth())
        #expect(try huge.readToEnd().count > 2 << 20)
        let stalled = try standIn.client()
        stalled.send(.auth())
        #expect(try standIn.entry(.token, 3)["status"] == "stall")
        #expect(try standIn.client().reply(to: .auth()).status == 200)
        standIn.end()
        #expect(String(decoding: try stalled.readToEnd(), as: UTF8.self).hasSuffix("\r\n\r\n") == false)
    }

    @Test func aMalformedRequestIsABreachAndEndsTheConnection() throws {
        let standIn = try RunningStandIn()
        let client = try standIn.client()
        client.send(Array("GET / HTTP/1.0\r\n\r\n".utf8))
        #expect(String(decoding: try client.readToEnd(), as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
        #expect(standIn.violations == ["a malformed request: malformedRequestLine"])
        standIn.end()
    }

    @Test func aSecondSocketForASessionIsABreach() throws {
        let standIn = try RunningStandIn()
        let first = try standIn.client()
        let token = try #require(try first.json(.auth())["access_token"]?.string)
        let id = try #require(try first.json(.session(token: token))["id"]?.string)
        #expect(try first.reply(to: .voice(id, token: token)).status == 101)
        #expect(try standIn.client().reply(to: .voice(id, token: token)).status == 409)
        #expect(standIn.violations == ["a second voice socket for a session"])
        standIn.end()
    }

    @Test func framesBeforeTheHandshakeIsDoneAreABreach() throws {
        let standIn = try RunningStandIn("voice slow")
        let client = try standIn.client()
        let token = try #require(try client.json(.auth())["access_token"]?.string)
        let id = try #require(try client.json(.session(token: token))["id"]?.string)
        client.send(.voice(id, token: token))
        client.send(.ping())
        #expect(try client.reply().status == 101)
        #expect(try standIn.entry(.violation)["what"] == "frames before the handshake")
        standIn.end()
    }

    @Test func timersFire() throws {
        let standIn = try RunningStandIn("after 50 say \"later\"\nopen delay 10 say \"soon\"\nafter 100 drop")
        let client = try standIn.client()
        _ = try client.openVoice()
        #expect(try client.response()["text"] == "soon")
        #expect(try client.response()["text"] == "later")
        #expect(throws: TestClient.Failure.ended) { try client.message() }
        let times = standIn.entries.filter { [.voice, .sent, .closed].contains($0.event) }.map(\.time)
        #expect(times.count == 4)
        #expect(times[1] - times[0] >= 0.009 && times[2] - times[0] >= 0.049 && times[3] - times[0] >= 0.099)
        standIn.end()
    }

    @Test func whatWasSaidBeforeADropArrives() throws {
        let standIn = try RunningStandIn("open say \"last words\"\nopen drop")
        let client = try standIn.client()
        _ = try client.openVoice()
        #expect(try client.response()["text"] == "last words")
        #expect(throws: TestClient.Failure.ended) { try client.message() }
        standIn.end()
    }

    @Test func aPortThatIsTakenIsAnError() throws {
        let standIn = try RunningStandIn()
        var options = StandInServer.Options(scenario: Scenario())
        options.port = try standIn.port
        #expect(throws: StandInServer.Failure.system(Errno("bind", code: EADDRINUSE))) {
            try StandInServer(options) { _ in }
        }
        standIn.end()
    }
}
