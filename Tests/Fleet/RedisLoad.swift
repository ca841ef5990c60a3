import TestService

/// What a run has cost its Redis, and from that what a larger fleet needs: a sum of what was measured, and no more.
struct RedisLoad {
    /// Of a call.
    let commands, bytesIn, bytesOut: Double
    /// In bytes, of a connection.
    let memory: Double
    /// Microseconds of its one processor for a command.
    let time: Double

    /// `memory` in bytes, `clients` and what it had before, were seen when most calls were connected.
    init(_ redis: RedisServer, calls: Int, memory: Int, before: Int, clients: Int) throws {
        let perCall = { (name: String) in Double(try redis.figure(name)) / Double(max(calls, 1)) }
        commands = try perCall("total_commands_processed")
        bytesIn = try perCall("total_net_input_bytes")
        bytesOut = try perCall("total_net_output_bytes")
        self.memory = Double(memory - before) / Double(max(clients, 1))
        let spent = try redis.seconds("used_cpu_user") + redis.seconds("used_cpu_sys")
        time = spent * 1e6 / max(commands * Double(calls), 1)
    }

    /// How long a call of the model lasts, in seconds, and how often it shows that it is there.
    static let length = 180.0
    static let signOfLife = 30.0

    var text: String {
        """
        Redis, for each call    \(tenths(commands)) commands, \(Int(bytesIn)) bytes in, \(Int(bytesOut)) out
        Redis, for a connection \(Int(memory / 1000)) kB
        Redis, for a command    \(tenths(time)) us of its processor, connections and all

        Calls of \(Int(Self.length)) s; boxes of 4 processors at 70 %, by what real Asterisks and bridges took a second of call.
        at once    calls/s  commands/s  kbit/s  memory    processor  boxes: idle, real, hard
        \([1e3, 1e4, 1e5, 1e6].map(line).joined(separator: "\n"))
        """
    }

    private func line(_ calls: Double) -> String {
        let rate = calls / Self.length
        let all = rate * commands + calls / Self.signOfLife
        let bits = (rate * (bytesIn + bytesOut) + calls / Self.signOfLife * 21) * 8
        // Milliseconds of processor for a second of call: Asterisk and the bridge (make load).
        let boxes = [1.8 + 0.27, 4.5 + 0.64, 9.8 + 0.95].map { Int((calls * $0 / 1000 / (4 * 0.7)).rounded(.up)) }
        let cells = [
            "\(Int(calls))", tenths(rate), "\(Int(all))", "\(Int(bits / 1000))",
            "\(Int(calls * memory / 1e6)) MB", "\(Int(all * time / 1e4)) %",
            boxes.map(String.init).joined(separator: ", "),
        ]
        return zip(cells, [11, 9, 12, 8, 10, 11, 0]).map { cell, width in
            cell + String(repeating: " ", count: max(0, width - cell.count))
        }.joined()
    }

    private func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
