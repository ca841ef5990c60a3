import HTTP
import System

/// A plain stream to a server, over TCP, TLS, or a socket of this machine. Names, TCP and TLS are libcurl's as for a WebSocket, but
/// never through a proxy. Who speaks first, and what, is its owner's.
public final class StreamConnection {
    public enum Event: Equatable {
        case connected
        case failed(Failure)
        case bytes([UInt8])
        /// The peer has closed it, or it broke.
        case closed
    }

    private enum Way {
        case network(CurlStream)
        case local(LocalStream)
    }

    private let way: Way
    private var isConnected = false
    private var isOver = false
    /// What `process` tells first.
    private var news: Event?
    /// Whether `process` has more to tell, which no poll need announce.
    public private(set) var hasMore = false

    /// How much one `process` reads, so that a flood holds up nothing else.
    static let portion = 1 << 18

    /// Begins to connect.
    public init(_ client: HTTPClient, to address: StreamAddress, timeout: Duration) {
        switch address.place {
        case .host(let location):
            way = .network(
                CurlStream(client, client.connect(to: location, as: .stream(address.trust), timeout: timeout)))
        case .local(let path):
            do throws(Errno) {
                way = .local(LocalStream(try UnixStream.connected(to: path)))
                isConnected = true
                news = .connected
            } catch {
                way = .local(LocalStream(nil))
                news = .failed(.unreachable("\(path): \(error)"))
            }
            hasMore = true
        }
    }

    /// What it waits for before it is connected.
    public func waiting(_ client: HTTPClient) -> String? {
        if case .network(let stream) = way, !isConnected { client.waiting(for: stream.id) } else { nil }
    }

    /// What the poll waits for.
    public var interest: Poll.Interest? {
        if isOver || !isConnected { return nil }
        return switch way {
        case .network(let stream): stream.interest
        case .local(let stream): stream.interest
        }
    }

    /// Takes a completion of the client; nil where it is not for this connection.
    public func completed(_ completion: (id: Int, result: Result<Response, Failure>)) -> Event? {
        guard case .network(let stream) = way, completion.id == stream.id, !isConnected, !isOver else { return nil }
        if case .failure(let failure) = completion.result {
            abandon()
            return .failed(failure)
        }
        if !stream.open() {
            abandon()
            return .closed
        }
        isConnected = true
        return .connected
    }

    /// Reads a portion of what has come where the poll found the descriptor ready, or while it `hasMore`: libcurl's TLS may hold
    /// bytes that no poll reports. Sends what could not be sent before.
    public func process(_ ready: [CInt: Poll.Events]) -> [Event] {
        guard !isOver, hasMore || interest.map({ ready[$0.descriptor] != nil }) == true else { return [] }
        hasMore = false
        var events: [Event] = []
        if let news {
            self.news = nil
            events.append(news)
            if case .failed = news { abandon() }
        }
        var count = 0
        while isConnected, !isOver {
            switch read() {
            case .bytes(let bytes):
                events.append(.bytes(bytes))
                count += bytes.count
                hasMore = count >= StreamConnection.portion
            case .nothingYet: return events + [send([])].compactMap(\.self)
            case .end:
                abandon()
                events.append(.closed)
            }
            if hasMore { break }
        }
        return events
    }

    /// Sends what it can, and the rest when the poll finds room. `.closed` where the connection broke.
    public func send(_ bytes: [UInt8]) -> Event? {
        if isOver || !isConnected { return .closed }
        let problem =
            switch way {
            case .network(let stream): stream.write(bytes)
            case .local(let stream): stream.write(bytes)
            }
        if problem == nil { return nil }
        abandon()
        return .closed
    }

    /// How many bytes the peer has not taken, as far as this machine knows.
    public var unsent: Int {
        switch way {
        case .network(let stream): stream.unsent.count
        case .local(let stream): stream.unsent.count
        }
    }

    private func read() -> Descriptor.Input {
        switch way {
        case .network(let stream): stream.read()
        case .local(let stream): stream.read()
        }
    }

    /// Drops the connection.
    public func abandon() {
        isOver = true
        hasMore = false
        switch way {
        case .network(let stream): stream.abandon()
        case .local(let stream): stream.abandon()
        }
    }
}

/// The same of a socket of this machine, which libcurl knows nothing of.
private final class LocalStream {
    private var raw: CInt
    private(set) var unsent: ArraySlice<UInt8> = []

    init(_ socket: consuming FileDescriptor?) { raw = socket?.release() ?? -1 }

    deinit { abandon() }

    var interest: Poll.Interest? {
        raw < 0 ? nil : Poll.Interest(raw, unsent.isEmpty ? .readable : [.readable, .writable])
    }

    func read() -> Descriptor.Input { (try? Descriptor.read(raw, limit: CurlStream.portion)) ?? .end }

    func write(_ bytes: [UInt8]) -> String? {
        unsent.append(contentsOf: bytes)
        do throws(Errno) {
            while !unsent.isEmpty {
                guard let count = try UnixStream.send(unsent, on: raw) else { return nil }
                unsent = unsent.dropFirst(count)
            }
            return nil
        } catch { return "\(error)" }
    }

    func abandon() {
        if raw >= 0 { _ = FileDescriptor(owning: raw) }
        raw = -1
    }
}
