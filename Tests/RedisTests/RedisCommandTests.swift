import Testing

@testable import Redis

@Suite struct RedisCommandTests {
    @Test func wordsAreBulkStrings() {
        #expect(RedisCommand("GET", "é").bytes == Array("*2\r\n$3\r\nGET\r\n$2\r\né\r\n".utf8))
        #expect(
            RedisCommand([[], [0, 13, 10, 255]]).bytes == Array("*2\r\n$0\r\n\r\n$4\r\n".utf8) + [
                0, 13, 10, 255, 13, 10,
            ])
    }

    @Test func whoSubscribesIsAnsweredByAPushForEachChannel() {
        #expect(RedisCommand("SUBSCRIBE", "a", "b").confirmations == 2)
        #expect(RedisCommand("pSubscribe", "a").confirmations == 1)
        #expect(RedisCommand("UNSUBSCRIBE").confirmations == 1)
        #expect(RedisCommand("PUBLISH", "a", "b").confirmations == 0)
        #expect(RedisCommand([]).confirmations == 0)
        #expect(RedisCommand.isConfirmation([.text(Array("punsubscribe".utf8)), .null, .integer(0)]))
        #expect(!RedisCommand.isConfirmation([.text(Array("message".utf8)), .null, .null]))
        #expect(!RedisCommand.isConfirmation([.integer(1)]))
    }

    @Test func aMapIsAskedByItsKeys() {
        let map = RedisReply.list([
            .text(Array("server".utf8)), .text(Array("redis".utf8)), .text(Array("proto".utf8)), .integer(3),
        ])
        #expect(map["server"]?.string == "redis")
        #expect(map["proto"] == .integer(3))
        #expect(map["redis"] == nil)
        #expect(RedisReply.list([.text([0x61])])["a"] == nil)
        #expect(RedisReply.null["a"] == nil)
    }

    @Test func anErrorIsKnownByItsFirstWord() {
        #expect(RedisReply.error("WRONGPASS invalid username-password pair").errorCode == "WRONGPASS")
        #expect(RedisReply.error("unknown command 'HELLO', with args beginning with: 'secret'").errorCode == "ERR")
        #expect(RedisReply.error(String(repeating: "A", count: 33)).errorCode == "ERR")
        #expect(RedisReply.null.errorCode == nil)
    }
}
