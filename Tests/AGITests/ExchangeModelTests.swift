import Testbed
import Testing

@testable import AGI

@Suite struct ExchangeModelTests {
    private static func anyCommand(using random: inout SeededGenerator) -> Command {
        switch Int.random(in: 0..<17, using: &random) {
        case 0: .answer
        case 1: .channelStatus
        case 2: .setVariables([Command.Assignment(.turns, "1")])
        case 3: .sayNumber(7, escape: random.next() & 1 == 0 ? .all : .none)
        case 4: .evaluate(marker: "m\(random.next()):", "${X}")
        case 5...6: .noop
        case 7...9: .streamFile("p", escape: random.next() & 1 == 0 ? .all : .none, offset: 320)
        case 10...12: .streamSilence("silence")
        case 13: .gosub(context: "out", extension: "s", arguments: ["a"])
        case 14: .sendDigits("12", each: .milliseconds(100))
        default: .waitForDigit
        }
    }

    /// Whatever crosses whatever, each command is known to have ended as it really did.
    @Test(arguments: 0..<400 as Range<UInt64>)
    func everyCommandEndsAsItDidInAsterisk(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var asterisk = ModelOfAsterisk()
        var exchange = Exchange()
        var lines = Lines()
        var parser = ReplyParser()
        var known: [Exchange.Finished] = []
        func read(_ count: Int) {
            for line in lines.receive(asterisk.takeOutput(count)) {
                if let reply = parser.receive(line: line) { known += exchange.receive(reply) }
            }
        }
        for _ in 0..<300 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                let command = Self.anyCommand(using: &random)
                // The loop's own rule: never two unread lines in the pipe.
                if exchange.allows(command), asterisk.unread == 0 {
                    exchange.sent(command)
                    asterisk.write(command)
                }
            case 1: asterisk.step(using: &random)
            case 2 where asterisk.unread == 0:
                let count = exchange.sentCount
                read(.max)
                known += exchange.wasRead(count)
            default: read(Int.random(in: 1...30, using: &random))
            }
        }
        asterisk.settle(using: &random)
        read(.max)
        let differs = zip(known.indices, zip(known, asterisk.truth)).first { $1.0 != $1.1 }?.0
        #expect(
            known == asterisk.truth,
            "at \(differs ?? -1): \(differs.map { (known[$0], asterisk.truth[$0]) } as Any), \(known.count), \(asterisk.truth.count)"
        )
        #expect(exchange.current == nil)
        #expect(asterisk.truth.count > 5)
    }
}
