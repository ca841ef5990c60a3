import TestService

/// What a run has cost its Redis, and from that and from what `make load` told what a larger fleet needs: sums of what was
/// measured, and no more.
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
    /// Of a processor, milliseconds that Asterisk 22 and the bridge take for a second of call where the caller waits, is in a
    /// menu, and presses keys all the time; and kbit/s from the service, sounds by URL above all. What `make load` told on
    /// 2026-11-27, on two cores of an AMD EPYC in a virtual machine.
    static let idle = (time: 2.88 + 0.27, service: 3.1)
    static let real = (time: 3.05 + 0.51, service: 196.8)
    static let hard = (time: 4.38 + 1.55, service: 97.2)
    /// kbit/s in each direction, between a box and the trunk: G.711 in packets of 20 ms, with all headers up to Ethernet's.
    static let rtp = (160.0 + 12 + 8 + 20 + 18) * 8 * 50 / 1000

    var text: String {
        """
        Redis, for each call    \(tenths(commands)) commands, \(Int(bytesIn)) bytes in, \(Int(bytesOut)) out
        Redis, for a connection \(Int(memory / 1000)) kB
        Redis, for a command    \(tenths(time)) us of its processor, connections and all

        Calls of \(Int(Self.length)) s; boxes of 4 processors at 70 %, and Mbit/s of all boxes in each direction, by what real
        Asterisks and bridges took. However many boxes, a token that lasts an hour is
        asked for once or twice in it; once more where who asks is killed, or Redis is away.
        at once    calls/s  commands/s  kbit/s  memory    processor  boxes: idle, real, hard  RTP      service: idle, real, hard
        \([1e3, 1e4, 1e5, 1e6].map(line).joined(separator: "\n"))
        """
    }

    private func line(_ calls: Double) -> String {
        let rate = calls / Self.length
        let all = rate * commands + calls / Self.signOfLife
        let bits = (rate * (bytesIn + bytesOut) + calls / Self.signOfLife * 21) * 8
        let boxes = [Self.idle, Self.real, Self.hard].map { Int((calls * $0.time / 1000 / (4 * 0.7)).rounded(.up)) }
        let cells = [
            "\(Int(calls))", tenths(rate), "\(Int(all))", "\(Int(bits / 1000))",
            "\(Int(calls * memory / 1e6)) MB", "\(Int(all * time / 1e4)) %",
            boxes.map(String.init).joined(separator: ", "), "\(Int(calls * Self.rtp / 1000))",
            [Self.idle, Self.real, Self.hard].map { "\(Int(calls * $0.service / 1000))" }.joined(separator: ", "),
        ]
        return zip(cells, [11, 9, 12, 8, 10, 11, 25, 9, 0]).map { cell, width in
            cell + String(repeating: " ", count: max(0, width - cell.count))
        }.joined()
    }

    private func tenths(_ number: Double) -> String { "\((number * 10).rounded() / 10)" }
}
