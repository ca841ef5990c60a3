import Glibc
import System
import Testbed

/// A connection to Asterisk's manager interface.
package final class ManagerConnection {
    /// An event or a response: `Name: value` lines; the values of a name that is there more than once are lines.
    package struct Message {
        package let fields: [String: String]
        /// By the clock of this process.
        package let arrival: Duration

        package subscript(name: String) -> String { fields[name] ?? "" }
        package var event: String { self["Event"] }
        /// By Asterisk's clock.
        package var time: Double { Double(self["Timestamp"]) ?? 0 }
    }

    package struct Refused: Error {}

    private let socket: FileDescriptor
    private var unfinished: [UInt8] = []

    package init(address: String, port: UInt16 = 5038) throws {
        socket = try TCPClient.connect(to: port, address: address)
        Descriptor.setNonBlocking(socket.raw)
        try send([("Action", "Login"), ("Username", "test"), ("Secret", "test")])
    }

    package var interest: Poll.Interest { Poll.Interest(socket.raw, .readable) }

    package func send(_ fields: [(String, String)]) throws {
        let text = fields.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
        try Descriptor.writeAll(socket.raw, text.utf8, deadline: MonotonicClock.now() + .seconds(10))
    }

    /// What has come by now.
    package func receive() throws -> [Message] {
        while true {
            switch try Descriptor.read(socket.raw, limit: 1 << 16) {
            case .bytes(let bytes): unfinished += bytes
            case .nothingYet: return messages()
            case .end: throw Refused()
            }
        }
    }

    private func messages() -> [Message] {
        let now = MonotonicClock.now()
        var messages: [Message] = []
        var fields: [String: String] = [:]
        var start = unfinished.startIndex
        var consumed = start
        while let end = unfinished[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = unfinished[start..<end].filter { $0 != UInt8(ascii: "\r") }
            start = end + 1
            if line.isEmpty {
                if !fields.isEmpty { messages.append(Message(fields: fields, arrival: now)) }
                fields = [:]
                consumed = start
            } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
                let value = line[(colon + 1)...].drop { $0 == UInt8(ascii: " ") }
                let name = String(decoding: line[..<colon], as: UTF8.self)
                let text = String(decoding: value, as: UTF8.self)
                fields[name] = fields[name].map { $0 + "\n" + text } ?? text
            }
        }
        unfinished.removeSubrange(..<consumed)
        return messages
    }
}
