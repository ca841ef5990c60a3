import CCrypto
import Glibc
import JSON
import System
import Testbed
import Testing
import WebSocket

@testable import StandIn

/// A blocking client. It uses TLS if it is given an authority to trust.
final class TestClient {
    enum Failure: Error, Equatable {
        case untrusted
        case silent
        case ended
    }

    private let socket: FileDescriptor
    private let host: String
    private var context: OpaquePointer?
    private var tls: OpaquePointer?
    private var received: [UInt8] = []
    private var assembler = Assembler(role: .client)
    private var incoming: [Assembler.Incoming] = []

    init(port: UInt16, authority: [UInt8]?, name: String, protocols: [String]) throws {
        host = "127.0.0.1:\(port)"
        socket = try TCPClient.connect(to: port)
        if let authority { try startTLS(trusting: authority, name: name, protocols: protocols) }
    }

    deinit {
        if let tls { SSL_free(tls) }
        if let context { SSL_CTX_free(context) }
    }

    private func startTLS(trusting authority: [UInt8], name: String, protocols: [String]) throws {
        let context = try #require(SSL_CTX_new(TLS_client_method()))
        self.context = context
        let bio = BIO_new_mem_buf(authority, CInt(authority.count))
        defer { BIO_free(bio) }
        let certificate = PEM_read_bio_X509(bio, nil, nil, nil)
        defer { X509_free(certificate) }
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        let tls = try #require(SSL_new(context))
        self.tls = tls
        SSL_set1_host(tls, name)
        let list = protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { SSL_set_alpn_protos(tls, list, CUnsignedInt(list.count)) }
        SSL_set_fd(tls, socket.raw)
        if SSL_connect(tls) != 1 { throw Failure.untrusted }
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { part in
                tls.map { Int(SSL_write($0, part.baseAddress, CInt(part.count))) }
                    ?? Glibc.send(socket.raw, part.baseAddress, part.count, CInt(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ frame: Frame, mask: [UInt8] = freshMask()) { send(frame.encoded(mask: mask)) }

    func press(_ digit: String) { send(.text("{\"type\":\"dtmf\",\"dtmf\":\"\(digit)\"}")) }

    func send(_ request: Request) {
        let request = request.with("host", host)
        var lines = ["\(request.method) \(request.target) HTTP/1.1"]
        lines += request.headers.map { "\($0.name): \($0.value)" }
        if !request.body.isEmpty { lines.append("Content-Length: \(request.body.count)") }
        send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + request.body)
    }

    /// Waits for more bytes.
    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count =
            tls.map { Int(SSL_read($0, &buffer, CInt(buffer.count))) } ?? read(socket.raw, &buffer, buffer.count)
        if count < 0 && errno == EAGAIN { throw Failure.silent }
        if count <= 0 { throw Failure.ended }
        received += buffer.prefix(count)
    }

    /// Everything until the service ends the connection.
    func readToEnd() throws -> [UInt8] {
        while true {
            do { try receive() } catch Failure.ended { return received }
        }
    }

    private func readHead() throws -> String {
        while true {
            if let end = received.indices.first(where: { received[$0...].starts(with: "\r\n\r\n".utf8) }) {
                defer { received.removeFirst(end + 4) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            try receive()
        }
    }

    func reply() throws -> (status: Int, body: [UInt8]) {
        let head = try readHead()
        let status = try #require(Int(head.split(separator: " ")[1]))
        let field = head.split(separator: "\r\n").first { $0.hasPrefix("Content-Length: ") }
        guard let length = field.flatMap({ Int($0.dropFirst("Content-Length: ".count)) }) else { return (status, []) }
        while received.count < length { try receive() }
        defer { received.removeFirst(length) }
        return (status, Array(received.prefix(length)))
    }

    func reply(to request: Request) throws -> (status: Int, body: [UInt8]) {
        send(request)
        return try reply()
    }

    func json(_ request: Request) throws -> JSON { try JSON(parsing: try reply(to: request).body) }

    /// The next frame's message.
    func message() throws -> Assembler.Incoming {
        while incoming.isEmpty {
            if received.isEmpty { try receive() }
            incoming = assembler.receive(received)
            received = []
        }
        return incoming.removeFirst()
    }

    func response() throws -> JSON {
        guard case .text(let text) = try message() else { throw Failure.ended }
        return try JSON(parsing: text.utf8)
    }

    /// Asks for a token, a session and a voice socket on this connection. Returns the id of the session.
    func openVoice() throws -> String {
        let token = try #require(try json(.auth())["access_token"]?.string)
        let id = try #require(try json(.session(token: token))["id"]?.string)
        try #require(try reply(to: .voice(id, token: token)).status == 101)
        return id
    }
}
