import System
import TestService

/// What may happen to a part, and what must hold of the calls then.
enum Fault {
    typealias Play = @Sendable (Site, inout Row) throws -> Void

    /// In this order: each leaves all parts well, but for the box that is killed, which comes back in the next.
    static let all: [(String, Play)] =
        short.dropLast()
        + [("a box is drained: core stop first", stoppedAtOnce), ("a box stands still for 6 s", boxStandsStill)]
        + short.suffix(1)

    /// Those of `make test`.
    static let short: [(String, Play)] = [
        ("nothing", nothing),
        ("a box is killed", boxIsKilled),
        ("the box comes back", boxComesBack),
        ("a box is drained: set_state d first", drained),
        ("Redis is killed, and starts again", redisIsKilled),
        ("Kamailio is killed, and starts again", kamailioIsKilled),
        ("strangers knock", strangersKnock),
    ]

    /// Where an end of a call may not reach the box.
    static let leavesChannels: Set = [
        "a box is killed", "a box is drained: core stop first", "a box stands still for 6 s",
        "Kamailio is killed, and starts again",
    ]

    /// The row without a fault, and then those whose names have one of the words between commas, in the order of the words, as often
    /// as they are named; without any, all. A box that is killed comes back, whether that is asked for or not.
    static func chosen(by arguments: some Sequence<String>) throws -> [(String, Play)] {
        let words = arguments.filter { Int($0) == nil }.flatMap { $0.split(separator: ",") }
        if words.isEmpty { return all }
        return try all.prefix(1)
            + words.flatMap { word in
                let rows = all.filter { $0.0.contains(word) }
                if rows.isEmpty { throw Site.Failed(description: "no row has \(word) in its name") }
                return rows.flatMap { row in
                    row.0 == "a box is killed" ? [row] + all.filter { $0.0 == "the box comes back" } : [row]
                }
            }
    }

    // MARK: No fault

    private static func nothing(_ site: Site, _ row: inout Row) throws {
        let batch = try site.call(site.count, keys: 4, lasting: .seconds(4), within: .seconds(4))
        // Callers without a number are with each box in turn.
        let hidden = try site.call(4, "anonymous", keys: 4, lasting: .seconds(4), within: .seconds(4))
        try site.end(batch)
        try site.end(hidden)
        judgeAll(batch, site, &row)
        judgeAll(hidden, site, &row)
        let theirs = Set(hidden.numbers.map { site.home(of: $0, hidden) })
        row.require(theirs.count == site.boxes.count, "callers without a number were with \(theirs)")
        for number in batch.numbers { site.homes[batch.name(number)] = site.home(of: number, batch) }
        let shares = site.boxes.map { box in site.homes.values.count { $0 == box.name } }
        let spread = zip(site.boxes, shares).map { "\($0.name): \($1)" }.joined(separator: ", ")
        row.require(shares.allSatisfy { $0 * 5 >= site.count }, "callers are not spread: \(spread)")
        row.words = spread
    }

    /// Every call must be whole.
    private static func judgeAll(_ batch: Batch, _ site: Site, _ row: inout Row) {
        let lost = site.lost(batch)
        row.new += batch.numbers.count
        row.newLost += lost.count
        for number in lost { row.wrong.append(site.story(number, batch)) }
    }

    /// Who called while nothing failed has been with the same box again, unless Kamailio has used one box only for a while.
    private static func judgeHomes(_ batch: Batch, _ site: Site, since departures: Int, _ row: inout Row) {
        if site.kamailio.departures() > departures {
            row.words = "Kamailio took a slow box out meanwhile"
            return
        }
        let known = batch.numbers.filter { site.homes[batch.name($0)] != nil }
        row.require(!known.isEmpty, "nobody has called before")
        for number in known {
            let (home, before) = (site.home(of: number, batch), site.homes[batch.name(number)])
            row.require(
                home == before, "\(batch.name(number)) was with \(before ?? "none"), now with \(home ?? "none")")
        }
    }

    /// Half of the callers are there when something happens, and half come later: not by the clock, which a busy machine
    /// does not keep, but because the second half waits for it.
    private static func firstCalls(_ site: Site) throws -> Batch {
        try site.call(max(site.count / 2, 1), "+4961", keys: 12, lasting: .seconds(8), within: .seconds(4))
    }

    /// The time after which all are new.
    @discardableResult
    private static func secondCalls(_ batch: Batch, _ site: Site) throws -> Duration {
        // Who asked while it happened is no new caller.
        batch.update()
        let fault = MonotonicClock.now()
        try batch.call(max(site.count / 2, 1), "+4960", within: .seconds(4))
        return fault
    }

    /// Who was lost of all, who was there when it happened, and who came later.
    private static func count(
        _ batch: Batch, _ site: Site, at fault: Duration, _ row: inout Row
    ) -> (lost: Set<Int>, running: [Int], new: [Int]) {
        let lost = Set(site.lost(batch))
        let (running, new) = (batch.running(at: fault), batch.new(since: fault))
        (row.before, row.lost) = (running.count, running.count { lost.contains($0) })
        (row.new, row.newLost) = (new.count, new.count { lost.contains($0) })
        return (lost, running, new)
    }

    // MARK: A box dies

    private static func boxIsKilled(_ site: Site, _ row: inout Row) throws {
        let (victim, other) = (site.boxes[1], site.boxes[0])
        let batch = try firstCalls(site)
        try site.wait("calls of the box") {
            batch.hasBegun && batch.numbers.contains { site.home(of: $0, batch) == victim.name }
        }
        victim.kill()
        let fault = try secondCalls(batch, site)
        let homes = batch.numbers.map { ($0, site.home(of: $0, batch)) }
        try site.wait("Kamailio takes the box out") { try !site.kamailio.uses(victim.address) }
        row.whole = MonotonicClock.now() - fault
        try site.end(batch)

        let (lost, running, new) = count(batch, site, at: fault, &row)
        // Whose call was on its way may have been with the box, and the service does not know.
        let doomed = Set(homes.filter { $0.1 == victim.name || $0.1 == nil }.map(\.0))
        for number in lost.subtracting(doomed) { row.wrong.append(site.story(number, batch)) }
        let elsewhere = new.filter { number in site.sessions(of: number, batch).contains { $0.box != other.name } }
        row.require(elsewhere.isEmpty, "with a box that is dead: \(elsewhere)")
        row.require(!new.isEmpty && running.contains { !doomed.contains($0) }, "nothing was tried: \(running), \(new)")
        let delay = new.compactMap { batch.delay(of: $0) }.max() ?? .zero
        row.words = "all that were lost were with it; a new call waited for \(tenths(delay)) s at most"
    }

    private static func boxComesBack(_ site: Site, _ row: inout Row) throws {
        let box = site.boxes[1]
        if box.isRunning { box.kill() }
        try site.startAgain(box)
        let up = MonotonicClock.now()
        try site.wait("Kamailio takes the box in") { try site.kamailio.uses(box.address) }
        row.whole = MonotonicClock.now() - up
        let departures = site.kamailio.departures()
        let batch = try site.call(site.count, keys: 4, lasting: .seconds(4), within: .seconds(4))
        try site.end(batch)
        judgeAll(batch, site, &row)
        row.words = "callers are with their old boxes again"
        judgeHomes(batch, site, since: departures, &row)
    }

    /// As a virtual machine does that is moved to another host. What its callers press meanwhile comes in one burst, of which
    /// Asterisk takes a part; the calls go on.
    private static func boxStandsStill(_ site: Site, _ row: inout Row) throws {
        let box = site.boxes[1]
        let batch = try site.call(site.count, keys: 12, lasting: .seconds(12), within: .seconds(8))
        try site.wait("a third of the calls") { batch.answered.count * 3 >= site.count }
        box.asterisk.stop(true)
        batch.update()
        let fault = MonotonicClock.now()
        try site.wait("six seconds") { MonotonicClock.now() - fault > .seconds(6) }
        row.require(try !site.kamailio.uses(box.address), "the box is still in use")
        box.asterisk.stop(false)
        try site.wait("Kamailio takes the box in") { try site.kamailio.uses(box.address) }
        row.whole = MonotonicClock.now() - fault
        try site.end(batch)
        let (lost, running, _) = count(batch, site, at: fault, &row)
        for number in lost {
            let wasThere = running.contains(number) && site.home(of: number, batch) == box.name
            row.require(wasThere && batch.done[number] != nil, site.story(number, batch))
        }
        let twice = batch.numbers.count { site.sessions(of: $0, batch).count > 1 }
        row.words = "the lost missed some keys only; \(twice) calls came to both boxes"
    }

    // MARK: A box is taken out by hand

    private static func drained(_ site: Site, _ row: inout Row) throws {
        let box = site.boxes[0]
        let (asked, joined) = try takeOut(box, site, &row) {
            try site.kamailio.setState("d", of: box.address)
            return true
        }
        row.require(joined == asked, "\(joined) of \(asked) were joined to an agent")
    }

    private static func stoppedAtOnce(_ site: Site, _ row: inout Row) throws {
        let box = site.boxes[1]
        let (asked, joined) = try takeOut(box, site, &row) {
            try box.send("core stop gracefully")
            return false
        }
        // Not as it should be, but as it is; where an Asterisk learns better, README is to say so.
        row.require(joined == 0, "\(joined) of \(asked) were joined to an agent")
    }

    /// `begin` takes the box out, and says whether it is still to be stopped once its calls have ended. The answer is for how
    /// many callers an agent was to be called then, and how many of them were joined to him.
    private static func takeOut(
        _ box: Box, _ site: Site, _ row: inout Row, _ begin: () throws -> Bool
    ) throws -> (asked: Int, joined: Int) {
        let half = max(site.count / 2, 8)
        let first = try site.call(
            half, "+4961", keys: 5, asksForAgent: true, lasting: .seconds(10), within: .seconds(3))
        try site.wait("the first calls") { site.isSettled(first) }
        let ours = first.numbers.filter { site.home(of: $0, first) == box.name }
        let before = box.handoffs()
        let fault = MonotonicClock.now()
        let isToBeStopped = try begin()
        let second = try site.call(half, keys: 4, lasting: .seconds(4), within: .seconds(3))
        try site.end(second)
        judgeAll(second, site, &row)
        let strays = second.numbers.filter { site.home(of: $0, second) == box.name }
        row.require(strays.isEmpty, "\(strays.count) new calls were with \(box.name)")
        try site.end(first)
        if isToBeStopped {
            try site.waitForChannels(of: box) { $0 == 0 }
            try box.send("core stop gracefully")
        }
        try site.wait("the box stops") { box.hasEnded() }
        row.whole = MonotonicClock.now() - fault

        let lost = Set(site.lost(first))
        (row.before, row.lost) = (ours.count, lost.count { ours.contains($0) })
        for number in lost where isToBeStopped || !ours.contains(number) { row.wrong.append(site.story(number, first)) }
        let after = box.handoffs()
        let (asked, joined) = (after.asked - before.asked, after.joined - before.joined)
        row.require(asked == ours.count, "\(asked) of \(ours.count) came to the agent's telephone")
        row.require(!ours.isEmpty, "nobody was there")
        row.words = "joined to an agent: \(joined) of \(asked)"
        try site.startAgain(box)
        // Who is out for want of answers comes in by himself, who was sent out does not.
        if isToBeStopped { try site.kamailio.setState("ap", of: box.address) }
        try site.wait("the box is in use again") { try site.kamailio.uses(box.address) }
        return (asked, joined)
    }

    // MARK: Redis

    private static func redisIsKilled(_ site: Site, _ row: inout Row) throws {
        guard let redis = site.redis else { return row.words = "no Redis to be had" }
        let batch = try firstCalls(site)
        try site.wait("the first calls") { try site.isSettled(batch) && site.listening() > 0 }
        redis.end()
        let fault = try secondCalls(batch, site)
        try site.wait("a call without it") { batch.new(since: fault).contains { batch.answered[$0] != nil } }
        try site.startRedisAgain()
        try site.wait("calls that come back to it") { try site.listening() > 0 }
        row.whole = MonotonicClock.now() - fault
        try site.end(batch)
        let (lost, _, new) = count(batch, site, at: fault, &row)
        for number in lost { row.wrong.append(site.story(number, batch)) }
        let delay = new.compactMap { batch.delay(of: $0) }.max() ?? .zero
        row.words = "calls listen again; a new one waited for \(tenths(delay)) s at most"
    }

    // MARK: Kamailio

    private static func kamailioIsKilled(_ site: Site, _ row: inout Row) throws {
        let departures = site.kamailio.departures()
        let batch = try firstCalls(site)
        try site.wait("the first calls") { batch.hasBegun }
        site.kamailio.kill()
        // The first of them call while nobody is there.
        let fault = try secondCalls(batch, site)
        try site.startKamailioAgain()
        try site.wait("the next call") { batch.new(since: fault).contains { batch.answered[$0] != nil } }
        row.whole = MonotonicClock.now() - fault
        try site.end(batch)
        let lost = count(batch, site, at: fault, &row).lost
        for number in lost { row.wrong.append(site.story(number, batch)) }
        row.words = "callers are with their old boxes; a box that was drained is not any more"
        judgeHomes(batch, site, since: departures, &row)
        // Not as it should be, but as it is: README says so.
        try site.kamailio.setState("d", of: site.boxes[0].address)
        site.kamailio.kill()
        try site.startKamailioAgain()
        row.require(try site.kamailio.state(of: site.boxes[0].address).first != "D", "Kamailio remembers a drained box")
    }
}
