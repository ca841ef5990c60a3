import StandIn
import System
import WebSocket

/// A service that takes no time: each path has its answer ready, and who asks for a WebSocket gets one. Its owner polls
/// for it, and speaks on the socket himself.
package final class ReadyService {
    package struct Silent: Error {}

    private let listener: ListeningSocket
    private let answers: [Substring: [UInt8]]
    /// Requests that their owner answers, and on which descriptors.
    private let asked: Set<Substring>
    private var held: [CInt] = []
    private var connections: [Connection] = []
    /// The WebSocket that was opened last.
    private var socket: CInt?

    private final class Connection {
        let socket: FileDescriptor
        var received: [UInt8] = []
        var isUpgraded = false
        var isOver = false

        init(_ socket: consuming FileDescriptor) { self.socket = socket }
    }

    /// The JSON of each path. What is `asked` with a path is left to the owner.
    package init(_ answers: [String: String], asked: Set<Substring> = []) throws {
        self.asked = asked
        listener = try ListeningSocket(port: 0)
        self.answers = Dictionary(
            uniqueKeysWithValues: answers.map { path, body in
                let head =
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                return (path[...], Array((head + body).utf8))
            })
    }

    package var port: UInt16 { listener.port }

    package var interests: [Poll.Interest] {
        [Poll.Interest(listener.raw, .readable)]
            + connections.filter { !$0.isUpgraded }.map { Poll.Interest($0.socket.raw, .readable) }
    }

    /// Answers until a WebSocket is open: its descriptor, which stays this service's.
    package func open() throws -> CInt {
        while true {
            if let socket { return socket }
            let ready = try Poll.wait(for: interests, timeout: .seconds(10))
            if ready.isEmpty { throw Silent() }
            try step(ready)
        }
    }

    /// Answers until a request has come that is left to the owner: the descriptor on which it waits for its answer.
    package func request() throws -> CInt {
        while held.isEmpty {
            let ready = try Poll.wait(for: interests, timeout: .seconds(10))
            if ready.isEmpty { throw Silent() }
            try step(ready)
        }
        return held.removeFirst()
    }

    /// Answers what has come.
    package func step(_ ready: [CInt: Poll.Events]) throws {
        while let client = listener.accept() { connections.append(Connection(client)) }
        for connection in connections where ready[connection.socket.raw] != nil && !connection.isUpgraded {
            guard case .bytes(let bytes) = try Descriptor.read(connection.socket.raw) else {
                connection.isOver = true
                continue
            }
            connection.received += bytes
            guard let answer = answer(connection) else { continue }
            connection.received = []
            if answer.isEmpty {
                held.append(connection.socket.raw)
                continue
            }
            try Descriptor.writeAll(connection.socket.raw, answer, deadline: MonotonicClock.now() + .seconds(10))
        }
        connections.removeAll { $0.isOver }
    }

    /// What a whole request is answered; nothing where that is the owner's.
    private func answer(_ connection: Connection) -> [UInt8]? {
        let text = String(decoding: connection.received, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let lines = parts[0].split(separator: "\r\n")
        func header(_ name: String) -> Substring? {
            lines.first { $0.lowercased().hasPrefix("\(name): ") }?.dropFirst(name.count + 2)
        }
        if parts[1].utf8.count < Int(header("content-length") ?? "0") ?? 0 { return nil }
        if let key = header("sec-websocket-key") {
            connection.isUpgraded = true
            socket = connection.socket.raw
            return Handshake.serverResponse(key: String(key))
        }
        let path = lines.first?.split(separator: " ").dropFirst().first ?? ""
        if asked.contains(path) { return [] }
        return answers[path] ?? Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".utf8)
    }
}
