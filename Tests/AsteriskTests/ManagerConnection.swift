import Glibc
import System

/// A connection to Asterisk's manager interface.
final class ManagerConnection {
    /// An event or a response: `Name: value` lines.
    struct Message {
        let fields: [String: String]
        /// By the clock of this process.
        let arrival: Duration

        subscript(name: String) -> String { fields[name] ?? "" }
        var event: String { self["Event"] }
        /// By Asterisk's clock.
        var time: Double { Double(self["Timestamp"]) ?? 0 }
    }

    struct Refused: Error {}

    private let socket: FileDescriptor
    private var unfinished: [UInt8] = []

    init(address: String, port: UInt16 = 5038) throws {
        socket = FileDescriptor(
            owning: try retryingOnInterrupt("socket") {
                Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            })
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        let descriptor = socket.raw
        let result = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 { throw Errno("connect") }
        Descriptor.setNonBlocking(socket.raw)
        try send([("Action", "Login"), ("Username", "test"), ("Secret", "test")])
    }

    var interest: Poll.Interest { Poll.Interest(socket.raw, .readable) }

    func send(_ fields: [(String, String)]) throws {
        let text = fields.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
        try Descriptor.writeAll(socket.raw, text.utf8, deadline: MonotonicClock.now() + .seconds(10))
    }

    /// What has come by now.
    func receive() throws -> [Message] {
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
                fields[String(decoding: line[..<colon], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
        }
        unfinished.removeSubrange(..<consumed)
        return messages
    }
}
