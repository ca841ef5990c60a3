import Glibc
import System

/// Who sends requests to a web server on a socket of this machine, each on a connection of its own, all in one loop.
struct WebVisitors {
    struct Answer {
        /// 0: there was none.
        let status: Int
        let text: String
        let took: Duration
    }

    let path: String

    /// Whether anybody listens.
    var isHeard: Bool { (try? connect()) != nil }

    /// The answer to one.
    func send(_ request: String) throws -> Answer { try send(1, every: .zero, { _ in request })[0] }

    /// So many ask at a time at most: what a busy machine takes longer for than an interval would pile up.
    private static let most = 16

    /// The answers to `count` requests, a new one after each interval, whether those before it are answered or not.
    func send(
        _ count: Int, every interval: Duration, _ request: (Int) -> String, meanwhile: () throws -> Void = {}
    ) throws -> [Answer] {
        var answers: [Answer] = []
        var open: [CInt: Visitor] = [:]
        let start = MonotonicClock.now()
        var sent = 0
        while answers.count < count {
            while sent < count, open.count < WebVisitors.most, MonotonicClock.now() >= start + interval * sent {
                let visitor = Visitor(try connect())
                visitor.send(request(sent))
                open[visitor.raw] = visitor
                sent += 1
            }
            let next =
                sent < count && open.count < WebVisitors.most
                ? start + interval * sent - MonotonicClock.now() : .seconds(1)
            let ready = try Poll.wait(
                for: open.keys.map { Poll.Interest($0, .readable) }, timeout: max(next, .zero))
            for raw in ready.keys {
                guard let answer = open[raw]?.answer() else { continue }
                answers.append(answer)
                open[raw] = nil
            }
            if MonotonicClock.now() > start + interval * count + .seconds(60) { throw Errno("poll", code: ETIMEDOUT) }
            try meanwhile()
        }
        return answers
    }

    private func connect() throws(Errno) -> FileDescriptor {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let socket = FileDescriptor(owning: try retryingOnInterrupt("socket") { Glibc.socket(AF_UNIX, kind, 0) })
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let raw = socket.raw
        try withUnsafeBytes(of: &address) { bytes throws(Errno) in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            _ = try retryingOnInterrupt("connect") { Glibc.connect(raw, pointer, socklen_t(bytes.count)) }
        }
        Descriptor.setNonBlocking(raw)
        return socket
    }
}

extension WebVisitors {
    /// One of them.
    private final class Visitor {
        private let socket: FileDescriptor
        private let began = MonotonicClock.now()
        private var received: [UInt8] = []

        init(_ socket: consuming FileDescriptor) { self.socket = socket }

        var raw: CInt { socket.raw }

        /// What fits into the socket's buffer, which a request does.
        func send(_ request: String) {
            let bytes = Array(request.utf8)
            _ = bytes.withUnsafeBytes { Glibc.send(raw, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
        }

        /// The answer, once the server ends the connection.
        func answer() -> Answer? {
            switch try? Descriptor.read(raw, limit: 65_536) {
            case .bytes(let bytes):
                received += bytes
                return nil
            case .nothingYet: return nil
            case .end, nil: break
            }
            let text = String(decoding: received, as: UTF8.self)
            return Answer(
                status: text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0, text: text,
                took: MonotonicClock.now() - began)
        }
    }
}
