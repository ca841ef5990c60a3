import HTTP
import System
import WebSocket

/// A WebSocket. curl connects (name, TCP, proxy, TLS); the handshake and the frames come from the room WebSocket.
public final class WebSocketConnection {
    private enum State { case connecting, connected, upgrading, open, closing, over }

    private let client: HTTPClient
    private let stream: CurlStream
    private let location: Location
    private var state = State.connecting
    private var unanswered: [[UInt8]] = []
    /// A close frame or a violation. It is acted on in the next `process`, so that what came before it is answered first.
    private var last: Assembler.Incoming?
    /// Whether `process` has left bytes for its next call. No poll need announce them.
    public private(set) var hasMore = false
    private var key = ""
    private var parser: Handshake.ResponseParser?
    private var assembler: Assembler
    /// Takes binary messages. Without it, one ends the connection.
    public var receives: (([UInt8]) -> Void)?

    /// How many bytes one `process` reads, so that a flood of messages holds up nothing else.
    static let portion = 1 << 14
    /// In bytes. A peer that leaves more unread counts as gone.
    static let mostUnsent = 1 << 16

    /// Begins to connect to the host of `location`. `longestMessage` is in bytes.
    public init(
        _ client: HTTPClient, to location: Location, timeout: Duration,
        longestMessage: Int = Assembler.longestMessage
    ) {
        self.client = client
        self.location = location
        assembler = Assembler(role: .client, limit: longestMessage)
        stream = CurlStream(client, client.connect(to: location, timeout: timeout))
    }

    /// What the poll waits for.
    public var interest: Poll.Interest? { state == .over ? nil : stream.interest }

    /// What it waits for before it is open.
    public var waiting: String? { state == .open ? nil : client.waiting(for: stream.id) }
    public var isOpen: Bool { state == .open }
    /// Whether the peer will take what is said now. After its close frame it discards the rest (RFC 6455, 1.4).
    public var isHeard: Bool { state == .open && last == nil }
    public var isOver: Bool { state == .over }

    /// Takes a completion of the client; nil where it is not for this socket.
    public func completed(_ completion: (id: Int, result: Result<Response, Failure>)) -> SocketEvent? {
        guard completion.id == stream.id, state == .connecting else { return nil }
        if case .failure(let failure) = completion.result {
            abandon()
            return .failed(failure)
        }
        if !stream.open() { return end(nil, "no connection") }
        state = .connected
        return .connected
    }

    /// Asks for the upgrade (RFC 6455, 4.1).
    public func upgrade(path: String, headers: [Header]) -> SocketEvent? {
        guard state == .connected else { return nil }
        do {
            let request = try Handshake.Request(
                host: location.authority, path: path, headers: headers.map { ($0.name, $0.value) },
                nonce: RandomBytes.make(16))
            key = request.key
            parser = Handshake.ResponseParser(key: key)
            state = .upgrading
            return write(request.bytes)
        } catch {
            return end(nil, "handshake: \(error)")
        }
    }

    public func send(_ text: String) -> SocketEvent? {
        state == .open ? write(Frame.text(text).encoded(mask: RandomBytes.make(4))) : nil
    }

    /// Sends a binary message.
    public func send(_ bytes: [UInt8]) -> SocketEvent? {
        state == .open ? write(Frame.binary(bytes).encoded(mask: RandomBytes.make(4))) : nil
    }

    /// Whether the peer has taken all that was sent, as far as this machine knows.
    public var hasRoom: Bool { state == .open && stream.unsent.isEmpty }

    public func ping() -> SocketEvent? {
        state == .open ? write(Frame.ping().encoded(mask: RandomBytes.make(4))) : nil
    }

    /// Starts the close handshake. The peer's answer ends it (RFC 6455, 7.1.2).
    public func close(_ code: CloseCode, reason: String = "") {
        if state == .open {
            state = .closing
            _ = write(Frame.close(code, reason).encoded(mask: RandomBytes.make(4)))
        } else if state != .closing {
            abandon()
        }
    }

    /// Sends a close frame, and does not wait for the peer's.
    public func leave(_ code: CloseCode) {
        if state == .open { _ = part(.close(code), code, "") } else { abandon() }
    }

    /// Drops the connection without a close frame.
    public func abandon() {
        state = .over
        stream.abandon()
    }

    /// Reads a portion of what has arrived where the poll found the descriptor ready, or while it `hasMore`, because curl's
    /// TLS may hold bytes that no poll reports.
    public func process(_ ready: [CInt: Poll.Events]) -> [SocketEvent] {
        guard hasMore || interest.map({ ready[$0.descriptor] != nil }) == true else { return [] }
        hasMore = false
        guard stream.isOpen, state != .over else { return [] }
        if let last { return [finish(last)] }
        var events: [SocketEvent] = []
        receive(&events)
        // What the peer sent counts even where it no longer reads.
        if state != .over, let failed = reply() { events.append(failed) }
        return events
    }

    private func receive(_ events: inout [SocketEvent]) {
        var count = 0
        while count < WebSocketConnection.portion {
            switch stream.read() {
            case .bytes(let bytes):
                count += bytes.count
                take(bytes, &events)
            case .nothingYet: return
            case .end: events.append(end(nil, "the service dropped the connection"))
            }
            if state == .over { return }
            if last != nil { break }
        }
        hasMore = true
    }

    /// Answers the pings of one portion: each, or the newest alone where the peer does not read our answers (RFC 6455, 5.5.3).
    private func reply() -> SocketEvent? {
        defer { unanswered = [] }
        guard state == .open else { return write([]) }
        let pings = stream.unsent.isEmpty ? unanswered[...] : unanswered.suffix(1)
        return write(pings.flatMap { Frame.pong($0).encoded(mask: RandomBytes.make(4)) })
    }

    private func take(_ bytes: [UInt8], _ events: inout [SocketEvent]) {
        if state == .connected { return events.append(end(nil, "handshake: the service spoke unasked")) }
        guard state == .upgrading else { return take(frames: bytes, &events) }
        do {
            switch try parser?.receive(bytes) {
            case .accepted(let rest):
                state = .open
                events.append(.opened)
                if !rest.isEmpty { take(frames: rest, &events) }
            case .refused(let status, let headers, _):
                events.append(.refused(status: status, retryAfter: headers["retry-after"]))
                abandon()
            case nil: break
            }
        } catch {
            events.append(end(nil, "handshake: \(error)"))
        }
    }

    private func take(frames bytes: [UInt8], _ events: inout [SocketEvent]) {
        for incoming in assembler.receive(bytes) {
            switch incoming {
            case .text(let text): events.append(.text(text))
            case .pong: events.append(.alive)
            case .ping(let payload):
                unanswered.append(payload)
                events.append(.alive)
            case .binary(let bytes) where receives != nil: receives?(bytes)
            case .binary, .close, .violation:
                last = incoming
                return
            }
        }
    }

    private func finish(_ last: Assembler.Incoming) -> SocketEvent {
        self.last = nil
        return switch last {
        case .close(let code, let reason): part(.close(code), code, reason)
        case .violation(let error):
            part(.close(error.closeCode), nil, "the service broke the protocol: \(error)")
        default: part(.close(.unsupportedData), nil, "the service sent a binary message")
        }
    }

    /// Sends a close frame and leaves when it has been read (RFC 6455, 7.1.1 and 7.1.7). Where a close frame was already
    /// sent, sends nothing.
    private func part(_ frame: Frame, _ code: CloseCode?, _ reason: String) -> SocketEvent {
        if state != .open || write(frame.encoded(mask: RandomBytes.make(4))) == nil {
            stream.part()
            state = .over
        }
        return .closed(code, reason: reason)
    }

    /// What the peer said of its end counts more than that we cannot answer any more.
    private func end(_ code: CloseCode?, _ reason: String) -> SocketEvent {
        abandon()
        if let last { return finish(last) }
        return .closed(code, reason: reason)
    }

    /// Sends what it can. The rest is sent when the poll finds room.
    private func write(_ bytes: [UInt8]) -> SocketEvent? {
        if !bytes.isEmpty, stream.unsent.count > WebSocketConnection.mostUnsent {
            return end(nil, "the service does not read")
        }
        return stream.write(bytes).map { end(nil, $0) }
    }
}
