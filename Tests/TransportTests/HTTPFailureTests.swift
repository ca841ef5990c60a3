import HTTP
import System
import Testbed
import Testing

@testable import Transport

/// Services that do not answer as they should.
@Suite struct HTTPFailureTests {
    private func failure(_ result: Result<Response, Failure>) -> Failure? {
        if case .failure(let failure) = result { failure } else { nil }
    }

    private func isUnreachable(_ result: Result<Response, Failure>) -> Bool {
        if case .unreachable = failure(result) { true } else { false }
    }

    @Test func nobodyListens() throws {
        var wire: Wire? = try Wire()
        let location = try #require(try wire?.location())
        wire = nil
        let other = try Wire()
        let place = "127.0.0.1 port \(location.port)"
        #expect(
            try other.result(Request(.get, location))
                == .failure(.unreachable("127.0.0.1: no connection to \(place): Connection refused")))
    }

    @Test func aNameThatNobodyKnows() throws {
        let wire = try Wire()
        let location = try #require(Location("http://nobody.invalid/"))
        // A name server that loses a packet is asked again after five seconds, and after ten more.
        #expect(
            try wire.result(Request(.get, location, timeout: .seconds(25)))
                == .failure(.unreachable("nobody.invalid: the name cannot be resolved")))
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "HTTP/1.1 200 OK\r\nContent-",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        "220 mail.example ESMTP\r\n", "HTTP/9.9 200 OK\r\n\r\n", "<html>no HTTP at all</html>",
    ]) func anAnswerThatIsCutShortOrNoneIsAFailure(_ answer: String) throws {
        let wire = try Wire()
        wire.answers(answer, thenFinishes: true)
        let result = try wire.result(Request(.get, wire.location()))
        #expect(isUnreachable(result), "\(result)")
    }

    @Test func aConnectionThatIsResetInTheBodyIsAFailure() throws {
        let wire = try Wire()
        wire.server.answer = { connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nabc")
            connection.reset()
        }
        #expect(isUnreachable(try wire.result(Request(.get, wire.location()))))
    }

    @Test func headersWithoutAnEndAreAFailure() throws {
        let wire = try Wire()
        let lines = String(repeating: "X-Filler: \(String(repeating: "x", count: 1000))\r\n", count: 2000)
        wire.server.answer = { connection in
            if connection.head != nil { connection.send("HTTP/1.1 200 OK\r\n" + lines) }
        }
        #expect(isUnreachable(try wire.result(Request(.get, wire.location()))))
    }

    /// What a timeout says: as far as the request came.
    private func halfway(_ wire: Wire) -> Result<Response, Failure> {
        .failure(.timedOut("127.0.0.1: the answer from 127.0.0.1 port \(wire.server.port) stopped halfway"))
    }

    private func unanswered(_ wire: Wire) -> Result<Response, Failure> {
        .failure(.timedOut("127.0.0.1: no answer from 127.0.0.1 port \(wire.server.port) to the request"))
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"])
    func silenceEndsWithTheTimeout(_ beginning: String) throws {
        let wire = try Wire()
        wire.answers(beginning)
        let begun = MonotonicClock.now()
        let result = try wire.result(Request(.get, wire.location(), timeout: .milliseconds(300)))
        #expect(result == (beginning.isEmpty ? unanswered(wire) : halfway(wire)))
        #expect(MonotonicClock.now() - begun >= .milliseconds(290))
    }

    @Test func aBodyThatTricklesEndsWithTheTimeoutToo() throws {
        let wire = try Wire()
        let id = wire.client.start(Request(.get, try wire.location(), timeout: .milliseconds(500)))
        try wire.turn { wire.server.connections.first?.head != nil }
        wire.server.connections[0].send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        let deadline = MonotonicClock.now() + .seconds(30)
        var ended: [Result<Response, Failure>] = []
        while ended.isEmpty, MonotonicClock.now() < deadline {
            wire.server.connections[0].send([0x61])
            wire.turn([], .milliseconds(10))
            ended += wire.client.completions().filter { $0.id == id }.map(\.result)
        }
        #expect(ended == [halfway(wire)])
    }

    /// Long before its own time-out: a transfer that stands still is dead.
    @Test func aTransferThatStandsStillIsGivenUp() throws {
        let wire = try Wire()
        wire.client.longestStandstill = 1
        wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc")
        let request = Request(.get, try wire.location(), timeout: .seconds(600))
        let id = wire.client.start(request)
        #expect(try wire.results(id, within: .seconds(60)) == [halfway(wire)])
    }

    /// A service may think about its answer as long as the request says, before its head and behind it.
    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"])
    func aServiceThatThinksDoesNotStandStill(_ beginning: String) throws {
        let wire = try Wire()
        wire.client.longestStandstill = 1
        wire.answers(beginning)
        let id = wire.client.start(Request(.get, try wire.location(), timeout: .seconds(30)))
        let answer = MonotonicClock.now() + .milliseconds(3500)
        var ended: [Result<Response, Failure>] = []
        while ended.isEmpty, MonotonicClock.now() < answer {
            wire.turn([], .milliseconds(100))
            ended += wire.client.completions().map(\.result)
        }
        #expect(ended == [])
        let head = beginning.isEmpty ? "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n" : ""
        wire.server.connections[0].send(head + "abc")
        #expect(try wire.results(id) == [.success(Response(status: 200, body: Array("abc".utf8)))])
    }

    @Test func aServerThatDoesNotReadEndsWithTheTimeout() throws {
        let wire = try Wire(receiveBuffer: 4096)
        wire.server.answer = { $0.isDeaf = true }
        let body = [UInt8](repeating: 0x61, count: 8 << 20)
        let request = Request(.post, try wire.location(), body: body, timeout: .milliseconds(500))
        #expect(try wire.result(request) == unanswered(wire))
    }

    /// As behind a firewall that drops: nothing comes back.
    @Test func aPlaceThatDoesNotAnswerTheConnectionIsNamed() throws {
        let full = try FullListener()
        let wire = try Wire()
        let location = try #require(Location("http://127.0.0.1:\(full.port)/"))
        let id = wire.client.start(Request(.get, location, timeout: .milliseconds(500)))
        let words = "127.0.0.1: no answer while connecting to 127.0.0.1 port \(full.port)"
        try wire.turn { wire.client.waiting(for: id) == words }
        #expect(try wire.results(id) == [.failure(.timedOut(words))])
        #expect(wire.client.waiting(for: id) == nil)
    }

    @Test func aTLSHandshakeThatNobodyAnswersIsNamed() throws {
        let wire = try Wire()
        let location = try #require(Location("https://127.0.0.1:\(wire.server.port)/"))
        let result = try wire.result(Request(.get, location, timeout: .milliseconds(500)))
        let place = "127.0.0.1 port \(wire.server.port)"
        #expect(result == .failure(.timedOut("127.0.0.1: no answer in the TLS handshake with \(place)")))
    }

    @Test func aSecondRequestOnTheSameConnectionIsNamedToo() throws {
        let wire = try Wire()
        wire.answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(try wire.result(Request(.get, wire.location())) == .success(Response(status: 200)))
        wire.answers("")
        #expect(try wire.result(Request(.get, wire.location(), timeout: .milliseconds(300))) == unanswered(wire))
        #expect(wire.server.connections.count == 1)
    }

    @Test(arguments: ["", "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}F"])
    func aServerThatWantsTLSIsGuessed(_ answer: String) throws {
        let wire = try Wire()
        wire.answers(answer, thenFinishes: true)
        #expect("\(try wire.result(Request(.get, wire.location())))".contains("does the service want https://?"))
    }

    @Test func anHTTPSRequestToAServerWithoutTLSIsAFailure() throws {
        let wire = try Wire()
        wire.server.answer = { $0.send("HTTP/1.1 400 Bad Request\r\n\r\n") }
        let location = try #require(Location("https://127.0.0.1:\(wire.server.port)/"))
        let result = try wire.result(Request(.get, location))
        #expect(isUnreachable(result) && "\(result)".contains("does not speak TLS"))
    }

    @Test func noFailureTellsASecret() throws {
        let wire = try Wire()
        let headers = [Header.bearer("t0ps3cret")]
        for answer in ["", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "t0ps3cret\r\n"] {
            wire.answers(answer, thenFinishes: true)
            let result = try wire.result(Request(.post, wire.location(), headers: headers, body: Array("s3cret".utf8)))
            #expect(failure(result) != nil)
            #expect(!"\(result)".contains("s3cret"))
        }
    }
}
