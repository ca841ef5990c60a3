import Redis

extension Target {
    /// What somebody who calls himself a Redis says, and what we ask. However it is cut, the same is read; what is read is no
    /// longer than what came; what we write is read as the same words.
    static let redis = Target(name: "redis") { bytes in
        var draw = Draw(bytes)
        let cuts = draw.bytes()
        let words = (0..<draw.number(below: 5)).map { _ in draw.bytes() }
        let said = draw.remainder()
        let whole = read([said])
        demand(read(said.pieces(cuts)) == whole, "it is the same in pieces")
        demand(read(said.map { [$0] }) == whole, "it is the same byte by byte")
        for reply in whole.replies { demand(size(of: reply, depth: 1) <= said.count, "it holds no more than came") }

        let command = RedisCommand(words)
        let echo = read(command.bytes.pieces(cuts))
        demand(echo.flaw == nil, "what we write is RESP")
        demand(echo.replies == [.list(words.map { .text($0) })], "what we write is read as the same")
    }

    private struct Read: Equatable {
        var replies: [RedisReply] = []
        var flaw: RedisReplies.Flaw?
    }

    private static func read(_ pieces: [[UInt8]]) -> Read {
        var reader = RedisReplies()
        var read = Read()
        for piece in pieces {
            do throws(RedisReplies.Flaw) { read.replies += try reader.receive(piece) } catch {
                demand(error == reader.flaw, "a flaw is for ever")
            }
        }
        read.flaw = reader.flaw
        return read
    }

    private static func size(of reply: RedisReply, depth: Int) -> Int {
        switch reply {
        case .null, .integer: return 1
        case .text(let bytes):
            demand(bytes.count <= 1 << 20, "a string is short")
            return bytes.count
        // Bytes that are no UTF-8 become three each.
        case .error(let words): return words.utf8.count / 3
        case .list(let items), .push(let items):
            demand(depth <= 8 && items.count <= 1024, "lists are bounded")
            if case .push = reply { demand(depth == 1 && !items.isEmpty, "a push is in nothing, and not empty") }
            return items.reduce(1) { $0 + size(of: $1, depth: depth + 1) }
        }
    }
}
