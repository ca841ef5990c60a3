import Cognigy
import HTTP
import JSON
import Testing

@testable import Errands

/// An errand's owner with a clock of numbers, and a service that answers as it is told.
struct ErrandBench<Owner: ErrandOwner> {
    var owner: Owner
    var now = Duration.zero
    private(set) var news: [Owner.News] = []
    /// What is wished and not yet seen to.
    private(set) var wishes: [Errand.Wish] = []

    init(_ owner: Owner) { self.owner = owner }

    static var credentials: Errand.Credentials {
        guard let base = Location("https://cognigy.test") else { preconditionFailure() }
        return Errand.Credentials(base: base, clientID: "id", clientSecret: "secret")
    }

    mutating func begin() { act { $0.begin($1, &$2) } }

    private mutating func act(_ body: (inout Owner, Duration, inout [Errand.Wish]) -> Void) {
        body(&owner, now, &wishes)
    }

    mutating func hears(_ event: Errand.Event) {
        var heard: [Owner.News] = []
        act { heard = $0.handle(event, $1, wallClock: 1_700_000_000, &$2) }
        news += heard
    }

    /// The next wish, which is taken from the list.
    mutating func wish() throws -> Errand.Wish {
        try #require(!wishes.isEmpty, "nothing is wished")
        return wishes.removeFirst()
    }

    mutating func findsToken(_ token: String = "token") throws {
        guard case .findToken = try wish() else { throw Unexpected() }
        hears(.token(.found(token, ahead: false)))
    }

    struct Unexpected: Error {}

    /// The request that is to go out, which is answered.
    @discardableResult
    mutating func answers(_ status: Int, _ body: JSON = [:], retryAfter: String? = nil) throws -> Request {
        guard case .fetch(let number, let request) = try wish() else { throw Unexpected() }
        hears(.response(number, .success(Response(status: status, retryAfter: retryAfter, body: body.serialized))))
        return request
    }

    @discardableResult
    mutating func fails(_ failure: Failure) throws -> Request {
        guard case .fetch(let number, let request) = try wish() else { throw Unexpected() }
        hears(.response(number, .failure(failure)))
        return request
    }

    /// Time passes until something is wished, or there is nothing more to wait for; how much.
    @discardableResult
    mutating func waits() -> Duration {
        let began = now
        while wishes.isEmpty, let next = owner.next {
            now = max(now, next)
            var heard: [Owner.News] = []
            act { heard = $0.due($1, &$2) }
            news += heard
            if !heard.isEmpty { break }
        }
        return now - began
    }
}
