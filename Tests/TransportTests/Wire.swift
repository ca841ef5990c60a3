import Glibc
import HTTP
import System
import Testing

@testable import Transport

/// A client and the server that it talks to, in one poll.
final class Wire {
    let server: LoopbackServer
    let client: HTTPClient

    struct Late: Error {}

    /// For all tests, whatever they are about: a web server puts a stranger's Proxy: header into HTTP_PROXY.
    private static let hostileEnvironment: Void = {
        for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            setenv(name, "http://127.0.0.1:9", 1)
        }
        for name in ["no_proxy", "NO_PROXY"] { setenv(name, "direct.invalid", 1) }
        signal(SIGPIPE, SIG_IGN)
    }()

    init(proxy: ((LoopbackServer) -> String)? = nil, receiveBuffer: CInt? = nil) throws {
        Wire.hostileEnvironment
        server = try LoopbackServer(receiveBuffer: receiveBuffer)
        client = try #require(HTTPClient(trust: TrustStore(folder: nil, file: nil), proxy: proxy?(server)))
    }

    func location(_ path: String = "/", host: String = "127.0.0.1") throws -> Location {
        try #require(Location("http://\(host):\(server.port)\(path)"))
    }

    /// One turn of the poll; what is ready besides the server's own.
    @discardableResult
    func turn(_ interests: [Poll.Interest] = [], _ timeout: Duration = .seconds(1)) -> [CInt: Poll.Events] {
        let ready = client.wait(for: server.interests + interests, timeout: timeout)
        server.serve(ready)
        return ready
    }

    /// Turns until all of these requests have ended; their results in the order of the ids.
    func results(_ ids: Int..., within limit: Duration = .seconds(30)) throws -> [Result<Response, Failure>] {
        let deadline = MonotonicClock.now() + limit
        var results: [Int: Result<Response, Failure>] = [:]
        while true {
            for completion in client.completions() { results[completion.id] = completion.result }
            if ids.allSatisfy({ results[$0] != nil }) { return ids.compactMap { results[$0] } }
            if MonotonicClock.now() > deadline { throw Late() }
            turn()
        }
    }

    func result(_ request: Request) throws -> Result<Response, Failure> {
        try results(client.start(request))[0]
    }

    /// Every request gets this answer, once its head is whole.
    func answers(_ text: String, thenFinishes: Bool = false) {
        server.answer = { connection in
            guard connection.head != nil else { return }
            _ = connection.take()
            connection.send(text)
            if thenFinishes { connection.finish() }
        }
    }

    /// Turns until something is so.
    func turn(until isSo: () throws -> Bool) throws {
        let deadline = MonotonicClock.now() + .seconds(30)
        while try !isSo() {
            if MonotonicClock.now() > deadline { throw Late() }
            turn([], .milliseconds(100))
        }
    }
}
