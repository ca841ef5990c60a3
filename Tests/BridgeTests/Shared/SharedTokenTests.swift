import Call
import Cognigy
import Testbed
import Testing

@testable import Bridge

@Suite struct SharedTokenTests {
    private func find(_ process: World.Process, rejected: String? = nil, alone: Bool = false) throws -> TokenState {
        try process.answer { process.shared.token.find(rejected: rejected, alone: alone, then: $0) }
    }

    private func store(_ text: String, expiresIn: Int = 3600, by process: World.Process) throws {
        let body = #"{"access_token":"\#(text)","expires_in":\#(expiresIn)}"#
        process.shared.token.store(try #require(Token.grant(Array(body.utf8))))
        process.settle()
    }

    @Test(arguments: Sharing.allCases) func theTokenOfOneIsTheTokenOfAll(sharing: Sharing) throws {
        let world = try World(sharing)
        let (first, second) = (try world.process(), try world.process())
        #expect(try find(first) == .mayFetch)
        #expect(try find(second) == .busy)
        try store("token", by: first)
        #expect(try find(second) == .found("token", ahead: false))
        #expect(try find(try world.process()) == .found("token", ahead: false))
    }

    @Test(arguments: Sharing.allCases) func ofTwentyAtOnceOneFetches(sharing: Sharing) throws {
        let world = try World(sharing)
        let processes = try (0..<20).map { _ in try world.process() }
        let states = try processes.map { try find($0) }
        #expect(states.count { $0 == .mayFetch } == 1)
        #expect(states.count { $0 == .busy } == 19)
    }

    @Test(arguments: Sharing.allCases) func whoHasWaitedLongEnoughFetchesATokenOfItsOwn(sharing: Sharing) throws {
        let world = try World(sharing)
        let (stuck, waiting) = (try world.process(), try world.process())
        #expect(try find(stuck) == .mayFetch)
        #expect(try find(waiting) == .busy)
        #expect(try find(waiting, alone: true) == .mayFetch)
        try store("own", by: waiting)
        #expect(try find(waiting) == .found("own", ahead: false))
        // The other one, when it wakes up, has the use of it, too.
        #expect(try find(stuck) == .found("own", ahead: false))
    }

    @Test(arguments: Sharing.allCases) func whoGivesUpLetsAnotherFetch(sharing: Sharing) throws {
        let world = try World(sharing)
        let (first, second) = (try world.process(), try world.process())
        #expect(try find(first) == .mayFetch)
        first.shared.finish()
        #expect(try find(second) == .mayFetch)
    }

    @Test(arguments: Sharing.allCases) func aRefusedTokenIsGoneForAll(sharing: Sharing) throws {
        let world = try World(sharing)
        let (first, second) = (try world.process(), try world.process())
        #expect(try find(first) == .mayFetch)
        try store("revoked", by: first)
        #expect(try find(second) == .found("revoked", ahead: false))
        #expect(try find(second, rejected: "revoked") == .mayFetch)
        #expect(try find(try world.process()) == .busy)
        try store("new", by: second)
        // To the one that had it first it is as new.
        #expect(try find(first, rejected: "revoked") == .found("new", ahead: false))
    }

    /// What another machine has is good, even where this one can keep nothing.
    @Test func aTokenIsUsedWithoutAFolder() throws {
        let world = try World(.redis)
        let (first, poor) = (try world.process(), try world.process())
        #expect(try find(first) == .mayFetch)
        try store("token", by: first)
        let state: TokenState = try poor.answer { poor.withoutFolder.find(rejected: nil, then: $0) }
        #expect(state == .found("token", ahead: false))
    }

    /// A token whose end is near is used on, while one fetches the next.
    @Test(arguments: Sharing.allCases) func oneFetchesAheadAndTheOthersUseTheOld(sharing: Sharing) throws {
        let world = try World(sharing)
        let first = try world.process()
        #expect(try find(first) == .mayFetch)
        // Its first half is over at once.
        try store("old", expiresIn: 1, by: first)
        let states = try eventual(first)
        #expect(states == .found("old", ahead: true) || states == .mayFetch)
    }

    private func eventual(_ process: World.Process) throws -> TokenState {
        var state = try find(process)
        #expect(
            try eventually {
                state = try find(process)
                return state != .found("old", ahead: false)
            })
        return state
    }
}
