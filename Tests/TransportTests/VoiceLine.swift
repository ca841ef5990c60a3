import HTTP
import System
import Testing
import WebSocket

@testable import Transport

/// A voice socket and the server at its other end.
final class VoiceLine {
    let wire: Wire
    var socket: WebSocketConnection
    private(set) var events: [SocketEvent] = []
    private var reader = Assembler(role: .server)

    init(receiveBuffer: CInt? = nil) throws {
        wire = try Wire(receiveBuffer: receiveBuffer)
        socket = WebSocketConnection(wire.client, to: try wire.location(), timeout: .seconds(20))
    }

    var server: LoopbackServer.Connection {
        get throws { try #require(wire.server.connections.last) }
    }

    /// One turn of the poll, as the call's loop turns it.
    func turn(_ timeout: Duration = .milliseconds(200)) {
        let ready = wire.turn(socket.interest.map { [$0] } ?? [], socket.hasMore ? .zero : timeout)
        events += socket.process(ready)
        for completion in wire.client.completions() { events += socket.completed(completion).map { [$0] } ?? [] }
    }

    func turn(until isSo: () throws -> Bool) throws {
        let deadline = MonotonicClock.now() + .seconds(30)
        while try !isSo() {
            if MonotonicClock.now() > deadline { throw Wire.Late() }
            turn()
        }
    }

    /// The events up to the first that fits, which are forgotten.
    @discardableResult
    func events(until fits: (SocketEvent) -> Bool) throws -> [SocketEvent] {
        try turn { events.contains(where: fits) }
        defer { events = [] }
        return events
    }

    func takeEvents() -> [SocketEvent] {
        defer { events = [] }
        return events
    }

    func ending() throws -> SocketEvent? {
        try events { if case .closed = $0 { true } else { false } }.last
    }

    /// Why there is no connection.
    func failure() throws -> Failure? {
        if case .failed(let failure)? = try events(until: { if case .failed = $0 { true } else { false } }).last {
            failure
        } else {
            nil
        }
    }

    func connect() throws { try events { $0 == .connected } }

    /// Asks for the upgrade; the answer that a good server would give.
    func ask() throws -> [UInt8] {
        try connect()
        #expect(socket.upgrade(path: "/voice", headers: [.bearer("t0k")]) == nil)
        try turn { try server.head != nil }
        let key = try #require(
            try server.text.split(separator: "Sec-WebSocket-Key: ").last?.split(separator: "\r\n").first)
        _ = try server.take()
        return Array(
            """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: \(Handshake.acceptance(forKey: String(key)))\r
            \r\n
            """.utf8)
    }

    func open() throws {
        try server(sends: try ask())
        try events { $0 == .opened }
    }

    func server(sends bytes: [UInt8]) throws { try server.send(bytes) }
    func server(sends frames: Frame...) throws { try server.send(frames.flatMap { $0.encoded(mask: nil) }) }

    /// The frames that have arrived at the server, once there are so many.
    func received(_ count: Int) throws -> [Assembler.Incoming] {
        var frames: [Assembler.Incoming] = []
        try turn {
            frames += reader.receive(try server.take())
            return frames.count >= count
        }
        return frames
    }
}
