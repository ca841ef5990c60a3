import Glibc
import System

/// A name server of this machine that answers in one way, at an address in 127.0.0.0/8 of its own, port 53. A thread of its
/// own serves it. Only root may have one.
final class NameServer: Sendable {
    enum Answer: Sendable {
        case nothing
        /// RFC 1035, section 4.1.1: RCODE.
        case code(UInt8)
        /// RCODE 0 and no record.
        case empty
        case address(UInt8, UInt8, UInt8, UInt8)
        case garbage
    }

    /// What a resolv.conf says of it.
    let address: String
    private let socket: CInt

    init(_ answer: Answer) throws {
        let raw = try retryingOnInterrupt("socket") {
            Glibc.socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        }
        var numbers: [UInt8] = [127, 83, 0, 0]
        var isBound = false
        for _ in 0..<100 where !isBound {
            numbers[2] = .random(in: 100...250)
            numbers[3] = .random(in: 1...250)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(53).bigEndian
            address.sin_addr.s_addr = numbers.withUnsafeBytes { $0.load(as: UInt32.self) }
            isBound = withUnsafeBytes(of: &address) { bytes in
                bind(raw, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count)) == 0
            }
        }
        if !isBound { throw Errno("bind") }
        address = numbers.map { String($0) }.joined(separator: ".")
        socket = raw
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(socket: raw, answer: answer))
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().serve() }
                return nil
            }, work.toOpaque())
        pthread_detach(thread)
    }

    deinit {
        // The thread wakes up and closes it.
        shutdown(socket, CInt(SHUT_RDWR))
    }

    private final class Work {
        let socket: CInt
        let answer: Answer

        init(socket: CInt, answer: Answer) { (self.socket, self.answer) = (socket, answer) }

        func serve() {
            var bytes = [UInt8](repeating: 0, count: 1500)
            while true {
                var from = sockaddr_in()
                var size = socklen_t(MemoryLayout<sockaddr_in>.size)
                let count = withUnsafeMutableBytes(of: &from) { address in
                    recvfrom(
                        socket, &bytes, bytes.count, 0,
                        address.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
                }
                if count < 0, errno == EINTR { continue }
                // 0: shutdown(2).
                if count <= 0 { break }
                guard count > 12, let reply = reply(to: Array(bytes.prefix(count))) else { continue }
                withUnsafeBytes(of: &from) { address in
                    _ = sendto(
                        socket, reply, reply.count, 0,
                        address.baseAddress?.assumingMemoryBound(to: sockaddr.self), size)
                }
            }
            close(socket)
        }

        private func reply(to query: [UInt8]) -> [UInt8]? {
            guard let end = query.dropFirst(12).firstIndex(of: 0), query.count >= end + 5 else { return nil }
            let question = query[12...(end + 4)]
            // QR, RD and RA; one question.
            func head(_ code: UInt8, answers: UInt8) -> [UInt8] {
                Array(query[..<2]) + [0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0] + question
            }
            switch answer {
            case .nothing: return nil
            case .code(let code): return head(code, answers: 0)
            case .empty: return head(0, answers: 0)
            case .garbage: return Array(query[..<2]) + [UInt8](repeating: 0xff, count: 40)
            case .address(let a, let b, let c, let d):
                // QTYPE A is 1; there is no other record.
                guard query[end + 2] == 1 else { return head(0, answers: 0) }
                return head(0, answers: 1) + [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, a, b, c, d]
            }
        }
    }
}
