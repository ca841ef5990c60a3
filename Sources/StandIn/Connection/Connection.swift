import Glibc
import System

/// The connection of one client: its socket, with or without TLS, and the output that is not written yet. This folder
/// does the I/O of the stand-in.
final class Connection {
    enum Use {
        case http
        /// A request is being answered, so the next one has to wait.
        case answering
        /// The connection has become a WebSocket.
        case socket
    }

    let number: Int
    var use = Use.http
    var parser = RequestParser()
    private let socket: FileDescriptor
    private let tls: TLSSession?
    /// In bytes, as they crossed the network.
    private(set) var received = 0
    private(set) var sent = 0
    private var output: [UInt8] = []
    private var written = 0
    private var isFinishing = false
    private var isHungUp = false

    init(_ socket: consuming FileDescriptor, number: Int, tls: consuming TLSSession?) {
        self.socket = socket
        self.number = number
        self.tls = tls
    }

    var raw: CInt { socket.raw }
    var hasOutput: Bool { written < output.count }
    /// Whether everything is written and nothing more will come.
    var isDone: Bool { isFinishing && !hasOutput }
    var offeredHTTP2: Bool { tls?.wasOfferedHTTP2() ?? false }

    /// Reads what has arrived, decrypted. `isLast`: the client has closed the connection.
    func read() -> (bytes: [UInt8], isLast: Bool) {
        let input = try? Descriptor.read(raw, limit: 65_536)
        guard case .bytes(let bytes)? = input else { return ([], input != .nothingYet) }
        received += bytes.count
        guard let (plain, isLast) = tls?.receive(bytes) else { return (bytes, false) }
        collectTLS()
        return (plain, isLast)
    }

    func send(_ bytes: [UInt8]) {
        if isFinishing { return }
        if tls == nil { output += bytes } else { tls?.send(bytes) }
        collectTLS()
    }

    /// Takes no more output; the connection ends when the rest is written.
    func finish() {
        if isFinishing { return }
        tls?.close()
        collectTLS()
        isFinishing = true
    }

    /// Tells the client with shutdown(2) that nothing more comes; false if it was told before.
    func hangUp() -> Bool {
        if isHungUp { return false }
        isHungUp = true
        shutdown(raw, CInt(SHUT_WR))
        return true
    }

    private func collectTLS() {
        if let bytes = tls?.takeOutput() { output += bytes }
    }

    /// Writes as much as the socket takes; false if the client is gone.
    func flush() -> Bool {
        while hasOutput {
            let part = output[written..<min(written + 65_536, output.count)]
            let count = part.withUnsafeBytes {
                Glibc.send(raw, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count < 0 { return errno == EAGAIN || errno == EINTR }
            written += count
            sent += count
        }
        output.removeAll(keepingCapacity: true)
        written = 0
        return true
    }
}
