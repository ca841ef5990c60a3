import System

extension RedisServer {
    /// What Redis's own client prints of an answer.
    package func ask(_ words: String...) throws -> String { try ask(words) }

    private func ask(_ words: [String]) throws -> String {
        var output = try Pipe()
        var process = try Subprocess(
            [Self.client, "-s", socket] + words, environment: try Self.environment(), output: output.rawWriter)
        output.writer = nil
        var bytes: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(output.rawReader) { bytes += more }
        process.wait()
        return String(decoding: bytes, as: UTF8.self)
    }

    /// All that it holds, and for how many seconds more.
    package func content() throws -> [(key: String, seconds: Int, bytes: String)] {
        let reading = [
            "string": ["GET"], "hash": ["HGETALL"], "zset": ["ZRANGE", "0", "-1"], "list": ["LRANGE", "0", "-1"],
        ]
        return try ask("KEYS", "*").split(separator: "\n").map(String.init).map { key in
            let type = try ask("TYPE", key).filter { $0 != "\n" }
            let words = reading[type] ?? ["DUMP"]
            let bytes = try ask([words[0], key] + words.dropFirst())
            return (key, Int(try ask("TTL", key).filter { $0 != "\n" }) ?? -1, bytes)
        }
    }

    /// A figure of INFO.
    package func figure(_ name: String) throws -> Int { Int(try info(name)) ?? 0 }
    package func seconds(_ name: String) throws -> Double { Double(try info(name)) ?? 0 }

    private func info(_ name: String) throws -> String {
        let line = try ask("INFO", "everything").split(whereSeparator: \.isNewline).first { $0.hasPrefix("\(name):") }
        return line.map { String($0.dropFirst(name.count + 1)) } ?? ""
    }
}
