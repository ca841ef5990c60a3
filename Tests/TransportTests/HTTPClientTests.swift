import HTTP
import System
import Testing

@testable import Transport

@Suite struct HTTPClientTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    private func get(_ answer: String, thenFinishes: Bool = false, limit: Int = 1 << 20) throws
        -> Result<Response, Failure>
    {
        let wire = try Wire()
        wire.answers(answer, thenFinishes: thenFinishes)
        return try wire.result(Request(.get, wire.location(), limit: limit))
    }

    // MARK: Headers, as odd as a handshake's may be

    @Test(arguments: [
        "X: " + String(repeating: "x", count: 9000) + "\r\n", String(repeating: "X: y\r\n", count: 200),
        "X: 1\r\n folded\r\n", "Odd name: 1\r\n",
    ]) func anAnswerKeepsItsStatusWhateverItsHeadersAre(_ headers: String) throws {
        let wire = try Wire()
        wire.answers("HTTP/1.1 401 No\r\n\(headers)Retry-After: 7\r\nContent-Length: 0\r\n\r\n")
        #expect(try wire.result(Request(.get, wire.location())) == .success(Response(status: 401, retryAfter: "7")))
    }

    /// RFC 9112, section 5.2.
    @Test func aFoldedHeaderGoesOnBehindASpace() throws {
        let wire = try Wire()
        wire.answers(
            "HTTP/1.1 302 Go\r\nLocation:\r\n https://a/b\r\nX: 1\r\n Location: no\r\n"
                + "Retry-After: Wed, 21 Oct 2015\r\n\t07:28:00 GMT\r\nContent-Length: 0\r\n\r\n")
        #expect(
            try wire.result(Request(.get, wire.location()))
                == .success(
                    Response(status: 302, retryAfter: "Wed, 21 Oct 2015 07:28:00 GMT", redirect: "https://a/b")))
    }

    @Test func aNullByteInAHeaderIsRefused() throws {
        let wire = try Wire()
        wire.answers("HTTP/1.1 200 OK\r\nX: a\u{0}b\r\nContent-Length: 0\r\n\r\n")
        guard case .failure(.unreachable) = try wire.result(Request(.get, wire.location())) else {
            Issue.record("it was taken")
            return
        }
    }

    // MARK: What is asked

    @Test func aRequestSaysExactlyThis() throws {
        let wire = try Wire()
        wire.answers(Self.ok)
        var asked = ""
        let answer = wire.server.answer
        wire.server.answer = { connection in
            asked = connection.head ?? asked
            answer(connection)
        }
        let headers = [Header.bearer("t0k"), Header("X-Two", "2")]
        _ = try wire.result(Request(.get, wire.location("/a/b?c=d"), headers: headers))
        #expect(
            asked.split(separator: "\r\n") == [
                "GET /a/b?c=d HTTP/1.1", "Host: 127.0.0.1:\(wire.server.port)", "Accept: */*",
                "User-Agent: cognigy-bridge", "Authorization: Bearer t0k", "X-Two: 2",
            ])
    }

    @Test(arguments: [0, 1, 1500, 1 << 20]) func aBodyArrivesWholeAndWithoutWaitingForAContinue(_ size: Int) throws {
        let wire = try Wire()
        let body = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        var received: [UInt8] = []
        var asked = ""
        wire.server.answer = { connection in
            received += connection.take()
            let blank = Array("\r\n\r\n".utf8)
            guard let end = received.indices.first(where: { received[$0...].starts(with: blank) }) else { return }
            asked = String(decoding: received[..<end], as: UTF8.self)
            if received.count == end + 4 + size { connection.send(Self.ok) }
        }
        let result = try wire.result(Request(.post, wire.location(), headers: [.json], body: body))
        #expect(result == .success(Response(status: 200, body: Array("ok".utf8))))
        #expect(received.suffix(size) == body[...])
        #expect(asked.hasPrefix("POST / HTTP/1.1\r\n"))
        #expect(asked.contains("\r\nContent-Length: \(size)\r\n") || asked.hasSuffix("\r\nContent-Length: \(size)"))
        #expect(asked.contains("Content-Type: application/json"))
        #expect(!asked.contains("Expect") && !asked.contains("urlencoded"))
    }

    @Test func aPUTIsAPUT() throws {
        let wire = try Wire()
        var asked = ""
        wire.server.answer = { connection in
            asked = connection.text
            if asked.hasSuffix("{}") { connection.send(Self.ok) }
        }
        _ = try wire.result(Request(.put, wire.location("/x"), body: Array("{}".utf8)))
        #expect(asked.hasPrefix("PUT /x HTTP/1.1\r\n"))
    }

    @Test func theEnvironmentsProxiesAreNeverAsked() throws {
        // Wire has set HTTP_PROXY, http_proxy, ALL_PROXY and the others to where nobody listens.
        #expect(try get(Self.ok) == .success(Response(status: 200, body: Array("ok".utf8))))
    }

    // MARK: What is answered

    @Test(arguments: [200, 201, 204, 301, 400, 401, 403, 404, 429, 500, 503, 599])
    func theStatusIsTold(_ status: Int) throws {
        let result = try get("HTTP/1.1 \(status) Whatever\r\nContent-Length: 0\r\n\r\n")
        #expect(result == .success(Response(status: status)))
    }

    @Test func aRedirectIsReportedAndNotFollowed() throws {
        let wire = try Wire()
        wire.answers("HTTP/1.1 302 Found\r\nlocation:  /elsewhere \r\nContent-Length: 0\r\n\r\n")
        let result = try wire.result(Request(.get, wire.location(), headers: [.bearer("t0k")]))
        #expect(try result.get().status == 302)
        #expect(try result.get().redirect == "/elsewhere")
        #expect(wire.server.connections.count == 1)
    }

    @Test(arguments: ["7", "-1", "Wed, 21 Oct 2015 07:28:00 GMT", "soon", ""])
    func retryAfterIsToldAsItStands(_ value: String) throws {
        let result = try get("HTTP/1.1 429 Slow\r\nRETRY-AFTER: \(value)\r\nContent-Length: 0\r\n\r\n")
        #expect(try result.get().retryAfter == value)
    }

    @Test func whatAnInterimAnswerSaysDoesNotCount() throws {
        let result = try get(
            "HTTP/1.1 100 Continue\r\nRetry-After: 9\r\n\r\nHTTP/1.1 103 Early\r\nLocation: /x\r\n\r\n" + Self.ok)
        #expect(result == .success(Response(status: 200, body: Array("ok".utf8))))
    }

    @Test func theTrailersOfAChunkedBodyAreNoHeaders() throws {
        let result = try get(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Retry-After\r\n\r\n"
                + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nRetry-After: 1\r\nLocation: /x\r\n\r\n")
        #expect(result == .success(Response(status: 200, body: Array("abc0123456789".utf8))))
    }

    @Test func aChunkedBodyThatComesByteByByteIsWhole() throws {
        let wire = try Wire()
        let answer = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n".utf8)
        let id = wire.client.start(Request(.get, try wire.location()))
        try wire.turn { wire.server.connections.first?.head != nil }
        for byte in answer {
            wire.server.connections[0].send([byte])
            wire.turn()
        }
        #expect(try wire.results(id) == [.success(Response(status: 200, body: Array("ok".utf8)))])
    }

    @Test func aBodyWithoutALengthEndsWithTheConnection() throws {
        let result = try get("HTTP/1.0 200 OK\r\n\r\nall of it", thenFinishes: true)
        #expect(result == .success(Response(status: 200, body: Array("all of it".utf8))))
    }

    // MARK: How much is taken

    @Test(arguments: [
        "Content-Length: 11\r\n\r\n01234567890", "Transfer-Encoding: chunked\r\n\r\nB\r\n01234567890\r\n0\r\n\r\n",
        "\r\n01234567890", "Content-Length: 99999999999\r\n\r\n01234567890",
    ]) func aBodyOverTheLimitIsRefusedHoweverItIsSent(_ rest: String) throws {
        let answer = "HTTP/1.1 200 OK\r\n" + rest
        #expect(try get(answer, thenFinishes: true, limit: 10) == .failure(.tooLarge))
    }

    @Test func aBodyOfTheLimitIsTaken() throws {
        let result = try get("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789", limit: 10)
        #expect(try result.get().body.count == 10)
    }

    @Test func aBodyWithoutAnEndIsGivenUpAtTheLimit() throws {
        let wire = try Wire()
        let megabyte = [UInt8](repeating: 0x61, count: 1 << 20)
        wire.server.answer = { connection in
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            for _ in 0..<64 { connection.send(megabyte) }
        }
        #expect(try wire.result(Request(.get, wire.location(), limit: 1 << 16)) == .failure(.tooLarge))
        try wire.turn { wire.server.connections[0].isEnded }
    }

    // MARK: Several at once, and none any more

    @Test func aConnectionIsUsedAgain() throws {
        let wire = try Wire()
        wire.answers(Self.ok)
        for _ in 0..<5 { #expect(try wire.result(Request(.get, wire.location())).get().status == 200) }
        #expect(wire.server.connections.count == 1)
    }

    @Test func manyConnectionsAreUsedAgain() throws {
        let wire = try Wire()
        for _ in 1...2 {
            wire.server.answer = { _ in }
            for _ in 1...20 { _ = wire.client.start(Request(.get, try wire.location())) }
            // All of them are under way at a time, and end one after the other.
            try wire.turn { wire.server.connections.count { $0.head != nil } == 20 }
            for connection in wire.server.connections where connection.head != nil {
                _ = connection.take()
                connection.send(Self.ok)
                try wire.turn { try wire.client.completions().contains { try $0.result.get().status == 200 } }
            }
        }
        #expect(wire.server.connections.count == 20)
    }

    @Test func aConnectionThatTheServerClosedMeanwhileCostsNothing() throws {
        let wire = try Wire()
        wire.answers(Self.ok, thenFinishes: true)
        for _ in 0..<3 { #expect(try wire.result(Request(.get, wire.location())).get().status == 200) }
        #expect(wire.server.connections.count == 3)
    }

    @Test func aRequestThatRunsMayBeGivenMoreTime() throws {
        let wire = try Wire()
        let requests = try (1...2).map { _ in
            wire.client.start(Request(.get, try wire.location(), timeout: .milliseconds(300)))
        }
        try wire.turn { wire.server.connections.count { $0.head != nil } == 2 }
        wire.client.extend(requests[0], by: .seconds(30))
        let late = try wire.results(requests[1])[0]
        guard case .failure(.timedOut) = late else {
            Issue.record("\(late)")
            return
        }
        for connection in wire.server.connections { connection.send(Self.ok) }
        #expect(try wire.results(requests[0])[0] == .success(Response(status: 200, body: Array("ok".utf8))))
    }

    // MARK: Connections that stand before there is a request

    /// Turns until nothing is under way any more. Nobody is told of an opening.
    private func settle(_ wire: Wire) throws {
        try wire.turn {
            #expect(wire.client.completions().isEmpty)
            return wire.client.isIdle
        }
    }

    private func open(_ wire: Wire) throws {
        wire.client.open(to: try wire.location("/any"))
        try settle(wire)
    }

    @Test func theFirstRequestFindsTheConnectionThatWasOpenedForIt() throws {
        let wire = try Wire()
        wire.answers(Self.ok)
        try open(wire)
        try wire.turn { wire.server.connections.count == 1 }
        #expect(wire.server.connections[0].received.isEmpty)
        for _ in 1...2 { _ = try wire.result(Request(.post, wire.location("/x"), body: [1])).get() }
        #expect(wire.server.connections.count == 1)
    }

    @Test func oneConnectionToAHostIsEnough() throws {
        let wire = try Wire()
        wire.answers(Self.ok)
        try open(wire)
        try open(wire)
        // A request that is under way leaves its own.
        let request = wire.client.start(Request(.get, try wire.location()))
        wire.client.open(to: try wire.location("/other"))
        _ = try wire.results(request)
        #expect(wire.client.isIdle && wire.server.connections.count == 1)
    }

    @Test func aConnectionThatTheServerClosedIsOpenedAgain() throws {
        let wire = try Wire()
        wire.answers(Self.ok)
        try open(wire)
        try wire.turn { wire.server.connections.count == 1 }
        wire.server.connections[0].finish()
        try open(wire)
        try wire.turn { wire.server.connections.count == 2 }
        _ = try wire.result(Request(.get, wire.location())).get()
        #expect(wire.server.connections.count == 2)
    }

    @Test func aHostThatIsAwayIsSaidByTheRequestOnly() throws {
        let wire = try Wire()
        let nobody = try #require(Location("http://127.0.0.1:1"))
        wire.client.open(to: nobody)
        try settle(wire)
        guard case .failure(.unreachable) = try wire.result(Request(.get, nobody)) else {
            Issue.record("it was reached")
            return
        }
    }

    @Test func requestsRunBesideEachOther() throws {
        let wire = try Wire()
        // The first is answered after the second.
        var waiting: LoopbackServer.Connection?
        wire.server.answer = { connection in
            if connection.head?.hasPrefix("GET /1 ") == true { waiting = connection }
            if connection.head?.hasPrefix("GET /2 ") == true {
                connection.send("HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n")
                waiting?.send("HTTP/1.1 201 OK\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let first = wire.client.start(Request(.get, try wire.location("/1")))
        try wire.turn { waiting != nil }
        let second = wire.client.start(Request(.get, try wire.location("/2")))
        #expect(try wire.results(first, second).map { try $0.get().status } == [201, 202])
    }

    @Test func aCancelledRequestIsNeverHeardOfAgainAndItsConnectionIsClosed() throws {
        let wire = try Wire()
        let id = wire.client.start(Request(.get, try wire.location()))
        try wire.turn { wire.server.connections.first?.head != nil }
        wire.client.cancel(id)
        wire.client.cancel(id)
        try wire.turn { wire.server.connections[0].isEnded }
        #expect(wire.client.completions().isEmpty)
    }

    @Test func anAnswerThatArrivedIsForgottenWithItsRequest() throws {
        let wire = try Wire()
        wire.answers(Self.ok)
        let id = wire.client.start(Request(.get, try wire.location()))
        // Its end is known to curl and not yet asked for.
        try wire.turn { wire.server.connections.first?.received.isEmpty == true }
        for _ in 0..<3 { wire.turn([], .milliseconds(20)) }
        wire.client.cancel(id)
        #expect(wire.client.completions().isEmpty)
    }

    @Test func theEndOfTheClientEndsItsConnections() throws {
        let server = try LoopbackServer()
        do {
            let client = try #require(HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: nil))
            _ = client.start(Request(.get, try #require(Location("http://127.0.0.1:\(server.port)/"))))
            while server.connections.first?.head == nil {
                server.serve(client.wait(for: server.interests, timeout: nil))
            }
        }
        let deadline = MonotonicClock.now() + .seconds(10)
        while !server.connections[0].isEnded, MonotonicClock.now() < deadline {
            server.serve(try Poll.wait(for: server.interests, timeout: .seconds(1)))
        }
        #expect(server.connections[0].isEnded)
    }

    // MARK: The poll

    @Test func aDescriptorOfSomebodyElseWakesTheWait() throws {
        let wire = try Wire()
        let pipe = try Pipe()
        let interest = Poll.Interest(pipe.rawReader, .readable)
        #expect(wire.client.wait(for: [interest], timeout: .milliseconds(1)).isEmpty)
        _ = try Descriptor.write(pipe.rawWriter, [1])
        #expect(wire.client.wait(for: [interest], timeout: nil) == [pipe.rawReader: .readable])
        let writing = Poll.Interest(pipe.rawWriter, .writable)
        #expect(wire.client.wait(for: [writing], timeout: nil) == [pipe.rawWriter: .writable])
    }

    @Test func theEndOfAPipeWakesTheWait() throws {
        let wire = try Wire()
        var pipe = try Pipe()
        pipe.writer = nil
        let ready = wire.client.wait(for: [Poll.Interest(pipe.rawReader, .readable)], timeout: nil)
        #expect(ready[pipe.rawReader] != nil)
        var other = try Pipe()
        other.reader = nil
        #expect(
            wire.client.wait(for: [Poll.Interest(other.rawWriter, .writable)], timeout: nil)[other.rawWriter] != nil)
    }
}
