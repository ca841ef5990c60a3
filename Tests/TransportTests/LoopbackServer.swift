import Glibc
import System

/// A TCP server of which a test decides every byte. It runs in the test's own poll, so that what happens happens in one
/// order.
final class LoopbackServer {
    /// One client's socket.
    final class Connection {
        fileprivate let socket: FileDescriptor
        fileprivate(set) var received: [UInt8] = []
        /// The client has closed its end, or broken the connection.
        fileprivate(set) var isEnded = false
        /// A peer that does not read; what it is sent stays where it is.
        var isDeaf = false
        fileprivate var unsent: ArraySlice<UInt8> = []
        fileprivate var isClosing = false

        fileprivate init(_ socket: consuming FileDescriptor) { self.socket = socket }

        var text: String { String(decoding: received, as: UTF8.self) }

        /// The head of the first request, once its blank line came.
        var head: String? {
            let end = Array("\r\n\r\n".utf8)
            let start = received.indices.first { received[$0...].starts(with: end) }
            return start.map { String(decoding: received[..<$0], as: UTF8.self) }
        }

        var hasSentEverything: Bool { unsent.isEmpty }
        /// The client has closed its socket: what is sent finds nobody.
        fileprivate(set) var isBroken = false

        /// What came since the last time.
        func take() -> [UInt8] {
            defer { received = [] }
            return received
        }

        func send(_ bytes: some Collection<UInt8>) {
            unsent += bytes
            flush()
        }

        func send(_ text: String) { send(Array(text.utf8)) }

        /// Says that nothing more comes, once everything is sent.
        func finish() {
            isClosing = true
            flush()
        }

        /// RST instead of FIN: socket(7), SO_LINGER.
        func reset() {
            var abruptly = linger(l_onoff: 1, l_linger: 0)
            setsockopt(socket.raw, SOL_SOCKET, SO_LINGER, &abruptly, socklen_t(MemoryLayout<linger>.size))
            var nowhere = sockaddr()
            nowhere.sa_family = sa_family_t(AF_UNSPEC)
            // connect(2): AF_UNSPEC dissolves the connection, and with it goes a RST.
            _ = connect(socket.raw, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
            isEnded = true
        }

        fileprivate func flush() {
            while !unsent.isEmpty, !isBroken {
                let count = unsent.withUnsafeBytes {
                    Glibc.send(socket.raw, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                if count < 0 {
                    if errno != EAGAIN { (isEnded, isBroken) = (true, true) }
                    return
                }
                unsent = unsent.dropFirst(count)
            }
            if isClosing, !isEnded { shutdown(socket.raw, CInt(SHUT_WR)) }
        }

        fileprivate func receive() {
            switch try? Descriptor.read(socket.raw, limit: 65_536) {
            case .bytes(let bytes): received += bytes
            case .nothingYet: break
            case .end, nil: isEnded = true
            }
        }

        fileprivate var interest: Poll.Interest? {
            if isEnded { return nil }
            let events: Poll.Events = [isDeaf ? [] : .readable, unsent.isEmpty ? [] : .writable]
            return events.isEmpty ? nil : Poll.Interest(socket.raw, events)
        }
    }

    let port: UInt16
    private let listener: FileDescriptor
    private(set) var connections: [Connection] = []
    /// Called whenever a connection has received something.
    var answer: (Connection) -> Void = { _ in }

    /// `receiveBuffer` is that of every connection: a small one is soon full.
    init(receiveBuffer: CInt? = nil) throws {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(owning: try retryingOnInterrupt("socket") { Glibc.socket(AF_INET, kind, 0) })
        let raw = socket.raw
        if var size = receiveBuffer {
            setsockopt(raw, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            try retryingOnInterrupt("bind") { bind(raw, pointer, size) }
            try retryingOnInterrupt("listen") { listen(raw, 64) }
            try retryingOnInterrupt("getsockname") { getsockname(raw, pointer, &size) }
        }
        port = UInt16(bigEndian: address.sin_port)
        listener = socket
    }

    var interests: [Poll.Interest] {
        [Poll.Interest(listener.raw, .readable)] + connections.compactMap { $0.interest }
    }

    func serve(_ ready: [CInt: Poll.Events]) {
        if ready[listener.raw] != nil { accept() }
        for connection in connections {
            guard let events = ready[connection.socket.raw], !connection.isEnded else { continue }
            if events.contains(.writable) { connection.flush() }
            if !connection.isDeaf, events != .writable {
                connection.receive()
                answer(connection)
            }
        }
    }

    private func accept() {
        while let client = try? retryingOnInterrupt("accept", { Glibc.accept(listener.raw, nil, nil) }) {
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            Descriptor.setNonBlocking(client)
            var yes: CInt = 1
            setsockopt(client, CInt(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<CInt>.size))
            connections.append(Connection(FileDescriptor(owning: client)))
        }
    }
}
