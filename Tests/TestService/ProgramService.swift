import Glibc
import StandIn
import System

/// An HTTP service on loopback, one path, that has every request answered by a program: text or sound goes in at its
/// stdin and comes out of its stdout. Its owner polls for it.
package final class ProgramService {
    /// What one request is for its program.
    package struct Task {
        package let command: [String]
        package let input: [UInt8]
    }

    package struct Reply {
        package let type: String
        package let body: [UInt8]
    }

    private let listener: ListeningSocket
    private let path: String
    private let task: ([UInt8]) -> Task?
    private let reply: ([UInt8]) -> Reply?
    private var clients: [Client] = []

    /// `task` makes a task of a request's body, and nil of one that is no good; `reply` an answer of what was written.
    init(_ path: String, task: @escaping ([UInt8]) -> Task?, reply: @escaping ([UInt8]) -> Reply?) throws {
        listener = try ListeningSocket(port: 0)
        self.path = path
        self.task = task
        self.reply = reply
    }

    package var url: String { "http://127.0.0.1:\(listener.port)" }

    package var interests: [Poll.Interest] {
        [Poll.Interest(listener.raw, .readable)] + clients.flatMap(\.interests)
    }

    /// Does what can be done; whoever waits asks again after a while, for programs that end late.
    package func step() {
        while let socket = listener.accept() { clients.append(Client(socket)) }
        for client in clients { serve(client) }
        clients.removeAll { $0.isOver }
    }

    private func serve(_ client: Client) {
        if let body = client.receive(path) {
            guard let task = task(body) else { return client.answer(400) }
            client.start(task)
        }
        guard let written = client.written() else { return }
        if let reply = reply(written) { client.answer(200, reply) } else { client.answer(500) }
    }
}

extension ProgramService {
    /// One request of one connection.
    private final class Client {
        private let socket: FileDescriptor
        private var received: [UInt8] = []
        private var program: Filter?
        private var hasAsked = false
        private(set) var isOver = false

        init(_ socket: consuming FileDescriptor) { self.socket = socket }

        var interests: [Poll.Interest] {
            let mine = Poll.Interest(socket.raw, .readable)
            return (program?.interests ?? []) + [mine]
        }

        /// The body, once the request is whole.
        func receive(_ path: String) -> [UInt8]? {
            switch try? Descriptor.read(socket.raw, limit: 65_536) {
            case .bytes(let bytes): received += bytes
            case .nothingYet: break
            // Nobody waits for the answer any more; its program goes with the client.
            case .end, nil: isOver = true
            }
            if hasAsked || isOver { return nil }
            let blankLine = Array("\r\n\r\n".utf8)
            let start = received.indices.first { received[$0...].starts(with: blankLine) }
            guard let end = start else { return nil }
            let lines = String(decoding: received[..<end], as: UTF8.self).split(separator: "\r\n")
            let lengths = lines.compactMap { line in
                line.lowercased().hasPrefix("content-length:") ? Int(line.dropFirst(15).filter(\.isNumber)) : nil
            }
            guard lines.first == "POST \(path) HTTP/1.1", lengths.count == 1, lengths[0] <= 4 << 20 else {
                answer(400)
                return nil
            }
            let body = received[(end + 4)...]
            if body.count < lengths[0] { return nil }
            hasAsked = true
            return Array(body)
        }

        func start(_ task: Task) {
            let deadline = MonotonicClock.now() + .seconds(20)
            do { program = try Filter(task.command, input: task.input, limit: 10 << 20, deadline: deadline) } catch {
                answer(500)
            }
        }

        /// What the program wrote, once it has ended.
        func written() -> [UInt8]? {
            do throws(Filter.Failure) {
                guard let output = try program?.step(MonotonicClock.now()) else { return nil }
                program = nil
                return output
            } catch {
                program = nil
                // It had nothing to say.
                if error == .ended(.code(0)) { return [] }
                answer(500)
                return nil
            }
        }

        func answer(_ status: Int, _ reply: Reply = Reply(type: "text/plain", body: [])) {
            let head =
                "HTTP/1.1 \(status) \(status == 200 ? "OK" : "Failed")\r\nContent-Type: \(reply.type)\r\n"
                + "Content-Length: \(reply.body.count)\r\nConnection: close\r\n\r\n"
            send(Array(head.utf8) + reply.body)
            isOver = true
        }

        private func send(_ bytes: [UInt8]) {
            var rest = bytes[...]
            let deadline = MonotonicClock.now() + .seconds(5)
            while !rest.isEmpty, MonotonicClock.now() < deadline {
                let count = rest.withUnsafeBytes {
                    Glibc.send(socket.raw, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
                }
                if count < 0, errno != EAGAIN { return }
                rest = rest.dropFirst(max(count, 0))
                if !rest.isEmpty {
                    _ = try? Poll.wait(for: [Poll.Interest(socket.raw, .writable)], timeout: .seconds(1))
                }
            }
        }
    }
}
