import HTTP
import System
import Testing
import WebSocket

@testable import Transport

@Suite struct ProxyTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private func wire(_ scheme: String = "http", user: String = "") throws -> Wire {
        try Wire(proxy: { "\(scheme)://\(user)127.0.0.1:\($0.port)" })
    }

    /// direct.invalid is what NO_PROXY says, and it is not asked either.
    @Test(arguments: ["proxied.invalid", "direct.invalid", "127.0.0.2"])
    func theConfiguredProxyIsAskedForEveryHost(_ host: String) throws {
        let wire = try wire(user: "me:pw@")
        var asked = ""
        wire.server.answer = { connection in
            asked = connection.text
            if connection.head != nil { connection.send(Self.ok) }
        }
        let location = try #require(Location("http://\(host)/x"))
        #expect(try wire.result(Request(.get, location)).get().status == 200)
        #expect(asked.hasPrefix("GET http://\(host)/x HTTP/1.1\r\n"))
        #expect(asked.contains("\r\nProxy-Authorization: Basic bWU6cHc=\r\n"))
    }

    /// The proxy stands on this network; which places it leads to is its own matter.
    @Test(arguments: ["http://cdn.invalid/", "https://cdn.invalid/"])
    func aProxyOnAPrivateAddressServesRequestsForPublicAddressesToo(_ address: String) throws {
        let wire = try wire()
        wire.answers("HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")
        let location = try #require(Location(address))
        let result = try wire.result(Request(.get, location, publicAddressesOnly: true))
        #expect(result != .failure(.forbiddenAddress))
        #expect(wire.server.connections.count == 1)
    }

    @Test func theProxyOfATunnelSeesNoCredentials() throws {
        let wire = try wire()
        var asked = ""
        wire.server.answer = { connection in
            asked = connection.text
            if connection.head != nil { connection.send("HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\nnever") }
        }
        let location = try #require(Location("https://service.invalid/secret-path"))
        let result = try wire.result(Request(.get, location, headers: [.bearer("t0k")]))
        #expect(asked.hasPrefix("CONNECT service.invalid:443 HTTP/1.1\r\n"))
        #expect(!asked.contains("t0k") && !asked.contains("secret-path"))
        guard case .failure(.unreachable) = result else {
            Issue.record("\(result)")
            return
        }
    }

    /// Even a plain socket goes through a tunnel: the frames are ours, not the proxy's.
    @Test func theVoiceSocketGoesThroughATunnel() throws {
        let wire = try wire()
        var asked: [String] = []
        wire.server.answer = { connection in
            guard let head = connection.head else { return }
            asked.append(head)
            _ = connection.take()
            connection.send("HTTP/1.1 200 Go on\r\n\r\n")
        }
        let location = try #require(Location("http://service.invalid:8080/"))
        let socket = WebSocketConnection(wire.client, to: location, timeout: .seconds(30))
        var events: [SocketEvent] = []
        try wire.turn {
            events += wire.client.completions().compactMap { socket.completed($0) }
            return !events.isEmpty
        }
        #expect(events == [.connected])
        #expect(asked.first?.hasPrefix("CONNECT service.invalid:8080 HTTP/1.1") == true)
        _ = socket.upgrade(path: "/voice", headers: [])
        try wire.turn { asked.count == 2 }
        #expect(asked[1].hasPrefix("GET /voice HTTP/1.1"))
    }

    @Test func aProxyThatRefusesTheTunnelIsNamedInTheFailure() throws {
        let wire = try wire()
        wire.answers("HTTP/1.1 407 Who are you\r\nContent-Length: 20\r\n\r\n<html>who are you?</")
        let location = try #require(Location("http://service.invalid:8080/"))
        let socket = WebSocketConnection(wire.client, to: location, timeout: .seconds(30))
        var events: [SocketEvent] = []
        try wire.turn {
            events += wire.client.completions().compactMap { socket.completed($0) }
            return !events.isEmpty
        }
        guard case .failed(.unreachable(let reason)) = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(reason.hasPrefix("service.invalid by the proxy 127.0.0.1 port ") && reason.contains("407"))
    }

    @Test(arguments: [
        "ftps://me:s3cret@127.0.0.1:1", "http://me:s3cret@proxy.invalid:1", "http://me:s3cret@[127.0.0.1:1",
        "http://me:s3cret@127.0.0.1:99999", "http://me:s3cret@127.0.0.1:9",
    ]) func aProxyThatDoesNotDoIsAFailureThatTellsNoPassword(_ proxy: String) throws {
        let wire = try Wire(proxy: { _ in proxy })
        let result = try wire.result(Request(.get, try wire.location(host: "service.invalid")))
        guard case .failure(let failure) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(!"\(failure)".contains("s3cret"))
    }
}
