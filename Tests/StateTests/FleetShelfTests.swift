import Redis
import Testing

@testable import State

@Suite struct FleetShelfTests {
    private final class Nowhere: FleetLine {
        func ask(_ command: RedisCommand, then: @escaping (RedisReply?) -> Void) { then(nil) }
        func tell(_ command: RedisCommand) {}
    }

    private func machine(_ identity: String, _ secret: String = "secret") -> String {
        FleetShelf(line: Nowhere(), prefix: "p", secrets: [secret], machine: identity).machine
    }

    /// Who can read the Redis must not find out which machines there are by trying their names.
    @Test func machinesAreToldApartAndNotNamed() {
        #expect(machine("one") == machine("one"))
        #expect(machine("one") != machine("other"))
        #expect(machine("one") != machine("one", "another secret"))
        #expect(!machine("one").contains("one"))
    }

    /// It is looked up only where a failure is reported.
    @Test func aCallThatGoesWellLooksNothingUp() {
        var lookups = 0
        func identity() -> String {
            lookups += 1
            return "one"
        }
        let shelf = FleetShelf(line: Nowhere(), prefix: "p", secrets: [], machine: identity())
        _ = shelf.key("token", ["a"])
        #expect(lookups == 0)
        _ = shelf.machine
        #expect(lookups == 1)
    }
}
