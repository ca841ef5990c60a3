import Glibc
import JSON
import System
import Testbed
import WebSocket

/// A plain client of a WebSocket, such as that of the voice simulator.
package final class VoiceClient {
    package enum Failure: Error, Equatable {
        case refused(Int)
        case silent
        case ended
    }

    private let socket: FileDescriptor
    private var assembler = Assembler(role: .client, limit: 64 << 20)
    private var incoming: [Assembler.Incoming] = []
    private var sequence = 0

    /// `url`: ws://127.0.0.1:PORT
    package init(_ url: String, path: String = "/", origin: String? = nil) throws {
        let port = UInt16(url.split(separator: ":").last ?? "") ?? 0
        socket = try TCPClient.connect(to: port)
        let request = try Handshake.Request(
            host: "127.0.0.1:\(port)", path: path, headers: origin.map { [("Origin", $0)] } ?? [],
            nonce: Array("the sample nonce".utf8))
        try send(request.bytes)
        var parser = Handshake.ResponseParser(key: request.key)
        while true {
            switch try parser.receive(try read()) {
            case .accepted(let rest):
                incoming = assembler.receive(rest)
                return
            case .refused(let status, _, _): throw Failure.refused(status)
            case nil: break
            }
        }
    }

    package func send(_ message: String) throws { try send(Frame.text(message).encoded(mask: freshMask())) }

    /// The samples' bytes, a tenth of a second in each message, all at once.
    package func say(_ samples: [UInt8]) throws {
        let digits = Array("0123456789abcdef")
        for start in stride(from: 0, to: samples.count, by: 3200) {
            let part = samples[start..<min(start + 3200, samples.count)]
            let text = part.map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
            let message: JSON = [
                "type": "audio_chunk", "pcm": .string(text), "timestamp": .number(Double(start) / 32_000),
                "seq": .integer(sequence),
            ]
            try send(message.text)
            sequence += 1
        }
    }

    /// The next message.
    package func message() throws -> JSON { try JSON(parsing: try text().utf8) }

    package func text() throws -> String {
        while true {
            while incoming.isEmpty { incoming = assembler.receive(try read()) }
            switch incoming.removeFirst() {
            case .text(let text): return text
            case .close, .violation: throw Failure.ended
            default: break
            }
        }
    }

    private func send(_ bytes: [UInt8]) throws {
        try Descriptor.writeAll(socket.raw, bytes, deadline: MonotonicClock.now() + .seconds(20))
    }

    private func read() throws -> [UInt8] {
        switch try Descriptor.read(socket.raw, limit: 65_536) {
        case .bytes(let bytes): return bytes
        case .nothingYet: throw Failure.silent
        case .end: throw Failure.ended
        }
    }
}
