import System
import Testbed

/// The answer of a server of this machine to a GET.
struct HTTPAnswer {
    let status: Int
    let head: String
    let body: String

    /// HTTP/1.0: the server ends the connection after the answer.
    init(from port: UInt16, _ path: String) throws {
        let socket = try TCPClient.connect(to: port)
        try Descriptor.writeWhole(socket.raw, "GET \(path) HTTP/1.0\r\nHost: localhost\r\n\r\n".utf8)
        var bytes: [UInt8] = []
        while case .bytes(let more) = try Descriptor.read(socket.raw, limit: 65_536) { bytes += more }
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
        head = String(parts.first ?? "")
        body = parts.count == 2 ? String(parts[1]) : ""
        status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
