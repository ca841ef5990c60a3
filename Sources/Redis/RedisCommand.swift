/// What Redis is asked: an array of bulk strings (RESP, "Sending commands to a Redis server").
///
/// The room Redis writes commands and reads what a server says in RESP3, the protocol of Redis since 6 and of Valkey. It does
/// no I/O and keeps no time.
public struct RedisCommand: Equatable, Sendable {
    public let words: [[UInt8]]

    public init(_ words: [[UInt8]]) { self.words = words }
    public init(_ words: String...) { self.words = words.map { Array($0.utf8) } }

    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.reduce(16) { $0 + $1.count + 16 })
        func add(_ sign: Unicode.Scalar, _ count: Int) {
            bytes.append(UInt8(ascii: sign))
            bytes += String(count).utf8
            bytes += [13, 10]
        }
        add("*", words.count)
        for word in words {
            add("$", word.count)
            bytes += word
            bytes += [13, 10]
        }
        return bytes
    }

    /// How many pushes confirm it, where no reply does: those who subscribe in RESP3 are answered by a push for each channel.
    public var confirmations: Int {
        guard let name = words.first else { return 0 }
        let letters = name.map { $0 | 0x20 }
        return RedisCommand.subscribing.contains { $0.elementsEqual(letters) } ? max(words.count - 1, 1) : 0
    }

    /// Whether a push is such a confirmation.
    public static func isConfirmation(_ push: [RedisReply]) -> Bool {
        guard case .text(let name)? = push.first else { return false }
        return subscribing.contains { $0.elementsEqual(name) }
    }

    private static let subscribing = ["", "p", "s"].flatMap {
        [Array("\($0)subscribe".utf8), Array("\($0)unsubscribe".utf8)]
    }
}
