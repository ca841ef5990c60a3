import Call
import Cognigy
import State
import System
import Testbed
import Testing
import Transport

@testable import Bridge

@Suite struct SharedStateTests {
    private let now = 1_750_000_000.0

    private func admit(_ process: World.Process, at time: Double) throws -> Bool {
        process.shared.breaker.wallClock = { time }
        let refusal: SharedBreaker.Refusal? = try process.answer { process.shared.breaker.admit(then: $0) }
        return refusal == nil
    }

    private func fail(_ process: World.Process, at time: Double) {
        process.shared.breaker.wallClock = { time }
        process.shared.breaker.failed()
        process.settle()
    }

    // MARK: The breaker

    @Test(arguments: Sharing.allCases) func fiveFailuresOfManyStopAll(sharing: Sharing) throws {
        let world = try World(sharing)
        for _ in 0..<4 { fail(try world.process(), at: now) }
        #expect(try admit(try world.process(), at: now))
        fail(try world.process(), at: now)
        #expect(try !admit(try world.process(), at: now + 1))
    }

    @Test(arguments: Sharing.allCases) func aSuccessForgetsTheFailures(sharing: Sharing) throws {
        let world = try World(sharing)
        for _ in 0..<4 { fail(try world.process(), at: now) }
        let happy = try world.process()
        happy.shared.breaker.succeeded()
        happy.settle()
        fail(try world.process(), at: now)
        #expect(try admit(try world.process(), at: now + 1))
    }

    /// Each machine finds out by itself when the service is back, so the others are held up for ten seconds and no longer.
    @Test func whatOthersKnowIsOverSoon() throws {
        let world = try World(.redis)
        for _ in 0..<5 { fail(try world.process(), at: now) }
        let process = try world.process()
        #expect(try !admit(process, at: now + 1))
        let key = try #require(try world.content().first { $0.key.contains(":breaker:") }?.key)
        _ = try world.server?.ask("HSET", key, "until", "1")
        #expect(try admit(process, at: now + 1))
        // Nobody who may write there keeps calls away for longer, or without the fleet's own secrets.
        _ = try world.server?.ask("HSET", key, "until", "9999999999999")
        #expect(try admit(process, at: now + 1))
        _ = try world.server?.ask("EVAL", Self.forgery, "1", key)
        #expect(try admit(process, at: now + 1))
    }

    private static let forgery = """
        redis.call('HSET', KEYS[1], 'until', redis.call('TIME')[1] * 1000 + 5000, 'seal', 'forged')
        """

    /// Who hangs up while the others are asked leaves the next call to try.
    @Test func aProbeThatIsGivenUpIsTakenByTheNextCall() throws {
        let world = try World(.redis)
        let first = try world.process()
        for _ in 0..<5 { fail(try world.process(beside: first), at: now) }
        _ = try world.server?.ask("FLUSHALL")
        let next = try world.process(beside: first)
        let after = try world.process(beside: first)
        next.shared.breaker.wallClock = { now + 11 }
        next.shared.breaker.admit { _ in }
        next.shared.finish()
        #expect(try admit(after, at: now + 11))
    }

    /// A machine that is cut off by itself leaves the others alone.
    @Test func theFailuresOfOneMachineStopItAlone() throws {
        let world = try World(.redis)
        let sick = try world.process()
        for _ in 0..<20 { fail(try world.process(beside: sick), at: now) }
        #expect(try !admit(try world.process(beside: sick), at: now + 1))
        #expect(try admit(try world.process(), at: now + 1))
    }

    @Test func checkTellsWhatOtherMachinesKnow() throws {
        let world = try World(.redis)
        let settings = try world.process().settings
        let look = {
            let client = try #require(HTTPClient(settings.cognigy))
            return try #require(FleetTrial(settings, client)).run().leftAlone
        }
        #expect(try look() == nil)
        for _ in 0..<5 { fail(try world.process(), at: now) }
        let seconds = try #require(try look())
        #expect((0...10).contains(seconds))
    }

    // MARK: Dialogs

    @Test(arguments: Sharing.allCases) func soManyAskAtOnceAndNoMore(sharing: Sharing) throws {
        let world = try World(sharing)
        let processes = try (0..<4).map { _ in try world.process() }
        let taken = try processes.map { process in try process.answer { process.shared.takeSlot(then: $0) } }
        #expect(taken == [true, true, false, false])
        processes[0].shared.releaseSlot()
        processes[0].settle()
        #expect(try processes[2].answer { processes[2].shared.takeSlot(then: $0) })
        #expect(try !processes[3].answer { processes[3].shared.takeSlot(then: $0) })
        // Who ends gives back what it has, or has asked for.
        processes[1].shared.takeSlot { _ in }
        processes[1].shared.finish()
        #expect(try processes[3].answer { processes[3].shared.takeSlot(then: $0) })
    }

    /// Redis carries out what was asked, even where its answer comes too late for us.
    @Test func aPlaceThatCameTooLateIsGivenBack() throws {
        let world = try World(.redis)
        let process = try world.process()
        process.shared.stayConnected()
        // It is connected.
        #expect(try admit(process, at: now))
        world.server?.stop()
        #expect(try process.answer { process.shared.takeSlot(then: $0) })
        process.shared.releaseSlot()
        world.server?.goOn()
        let isFree = try eventually {
            process.turn()
            return try world.content().allSatisfy { !$0.key.contains(":slots:") }
        }
        #expect(isFree)
    }

    @Test func nobodyFillsThePlacesForEver() throws {
        let world = try World(.redis)
        let process = try world.process()
        _ = try process.answer { process.shared.takeSlot(then: $0) } as Bool
        let key = try #require(try world.content().first { $0.key.contains(":slots:") }?.key)
        for name in ["a", "b", "c"] { _ = try world.server?.ask("ZADD", key, "9e18", name) }
        let other = try world.process()
        #expect(try other.answer { other.shared.takeSlot(then: $0) })
        #expect(try world.content().allSatisfy { (1...60).contains($0.seconds) })
    }

    @Test(arguments: Sharing.allCases) func theNextCallOfACallerResumesWhereverItIs(sharing: Sharing) throws {
        let world = try World(sharing)
        let dialog = DialogMemory(lastIntent: "order", sessionData: ["pizza": "margherita"])
        let first = try world.process()
        first.shared.saveDialog(dialog)
        first.settle()
        let stranger = try world.process(caller: "+4930999")
        #expect(try stranger.answer { stranger.shared.takeDialog(then: $0) } == nil)
        let second = try world.process()
        #expect(try second.answer { second.shared.takeDialog(then: $0) } == dialog)
        let third = try world.process()
        #expect(try third.answer { third.shared.takeDialog(then: $0) } == nil)
    }

    @Test(arguments: Sharing.allCases) func whoMayBeAnybodyIsNotResumed(sharing: Sharing) throws {
        let world = try World(sharing)
        let first = try world.process(caller: "anonymous")
        first.shared.saveDialog(DialogMemory(lastIntent: "order", sessionData: [:]))
        first.settle()
        let second = try world.process(caller: "anonymous")
        #expect(try second.answer { second.shared.takeDialog(then: $0) } == nil)
    }

    // MARK: Webhooks

    @Test(arguments: Sharing.allCases) func aWebhookIsNewOnce(sharing: Sharing) throws {
        let world = try World(sharing)
        let sightings = try ["a", "a", "b", "a"].map { id in
            let process = try world.process()
            return try process.answer { process.shared.see(webhook: id, now: WallClock.now(), then: $0) }
        }
        #expect(sightings == [.new, .replayed, .new, .replayed])
    }

    @Test func aWebhookStopsTheCallOfAnotherMachine() throws {
        let world = try World(.redis)
        let (call, other, webhook) = (try world.process(), try world.process(), try world.process())
        var (stops, others) = (0, 0)
        call.shared.listen(to: "session") { stops += 1 }
        call.settle()
        other.shared.listen(to: "another") { others += 1 }
        other.settle()
        #expect(try webhook.answer { webhook.shared.stopElsewhere(session: "session", then: $0) })
        #expect(
            eventually {
                call.turn()
                return stops == 1
            })
        #expect(others == 0)
        #expect(try !webhook.answer { webhook.shared.stopElsewhere(session: "nobody", then: $0) })
    }

    /// A call that began while nobody answered listens as soon as somebody does.
    @Test func aCallThatBeganWithoutARedisListensLater() throws {
        let world = try World(.redis)
        world.server?.stop()
        let first = try world.process()
        #expect(try admit(first, at: now))
        let call = try world.process(beside: first)
        call.shared.stayConnected()
        #expect(try admit(call, at: now))
        var stops = 0
        call.shared.listen(to: "session") { stops += 1 }
        world.server?.goOn()
        let listens = try eventually {
            call.turn()
            return try world.server?.ask("PUBSUB", "CHANNELS").contains(":call:") == true
        }
        #expect(listens)
    }

    // MARK: The Redis itself

    /// Whoever looks into it learns nothing of anybody, and nothing stays.
    @Test func nothingIsInClearAndEverythingEnds() throws {
        let world = try World(.redis)
        let process = try world.process(caller: "+4930123456")
        _ = try process.answer { process.shared.token.find(rejected: nil, then: $0) } as TokenState
        process.shared.token.store(
            try #require(Token.grant(Array(#"{"access_token":"tok-en","expires_in":3600}"#.utf8))))
        for _ in 0..<5 { fail(try world.process(), at: now) }
        _ = try process.answer { process.shared.takeSlot(then: $0) } as Bool
        process.shared.saveDialog(DialogMemory(lastIntent: "order", sessionData: ["pizza": "margherita"]))
        _ =
            try process.answer { process.shared.see(webhook: "msg_1", now: WallClock.now(), then: $0) }
            as SeenWebhooks.Sighting
        process.settle()
        let content = try world.content()
        #expect(
            Set(content.map { $0.key.split(separator: ":")[1] }) == ["token", "breaker", "slots", "dialog", "webhook"])
        for (key, seconds, bytes) in content {
            #expect((1...3600).contains(seconds), "\(key) ends in \(seconds) s")
            for word in ["4930123456", "tok-en", "order", "margherita", "msg_1", "secret", "service.invalid"] {
                #expect(!key.contains(word) && !bytes.contains(word), "\(key): \(bytes)")
            }
        }
    }

    /// Without it each machine does what it did before there was one.
    @Test func withoutARedisEachMachineGoesOnAlone() throws {
        let world = try World(.redis)
        world.server?.end()
        let (first, neighbour) = (try world.process(), try world.process(beside: nil))
        #expect(try first.answer { first.shared.token.find(rejected: nil, then: $0) } == TokenState.mayFetch)
        #expect(try neighbour.answer { neighbour.shared.token.find(rejected: nil, then: $0) } == TokenState.mayFetch)
        #expect(try admit(first, at: now))
        #expect(try first.answer { first.shared.takeSlot(then: $0) })
        let dialog = DialogMemory(lastIntent: "order", sessionData: [:])
        first.shared.saveDialog(dialog)
        first.settle()
        let next = try world.process(beside: first)
        #expect(try next.answer { next.shared.takeDialog(then: $0) } == dialog)
        #expect(try next.answer { next.shared.see(webhook: "a", now: WallClock.now(), then: $0) } == .new)
        #expect(try next.answer { next.shared.see(webhook: "a", now: WallClock.now(), then: $0) } == .replayed)
        #expect(try !next.answer { next.shared.stopElsewhere(session: "s", then: $0) })
    }
}
