import JSON

@testable import SocketIO

extension Target {
    /// Packets of a server, a line each, to a client of either protocol. Pings stay within their bounds, an answer is a
    /// packet that a server may get, every acknowledgement is answered with its number, and what we write is read as the
    /// same.
    static let socketIO = Target(name: "socketio") { bytes in
        var draw = Draw(bytes)
        var client = ClientSide(draw.bool() ? .three : .four, introduction: ["token": "secret"])
        for line in draw.remainder().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let text = String(Array(line))
            let packet = Packet(text)
            switch packet {
            case .close, .ping, .pong, .connect, .disconnect, .event, .ack:
                demand(Packet(packet.text) == packet, "what is written is read as the same")
            case .open, .upgrade, .noop, .refusal, .unknown: break
            }
            let (answers, news) = client.receive(text)
            for time in [client.pingInterval, client.pingTimeout] {
                demand(Packet.intervals.contains(time), "pings are neither endless nor a flood")
            }
            for answer in answers {
                switch Packet(answer) {
                case .connect, .pong: break
                case .ack(let number, _):
                    guard case .event(_, _, number) = packet else { complain("an answer has its number") }
                default: complain("\(answer) is an answer")
                }
            }
            if case .event(_, _, _?) = packet { demand(answers.count == 1, "an event is acknowledged") }
            if case .event(let name, let values)? = news {
                demand(packet.text.utf8.count > 0 && !name.utf8.elementsEqual("\u{0}".utf8), "an event has a name")
                demand(values.count <= text.utf8.count, "values are in the text")
            }
            if case .parted(let why)? = news { demand(why.count <= 250, "a reason is short") }
        }
    }
}
