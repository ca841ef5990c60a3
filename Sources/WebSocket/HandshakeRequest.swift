import Text

extension Handshake {
    /// The request of a client.
    public struct Request: Equatable, Sendable {
        public let key: String
        public let bytes: [UInt8]

        /// `nonce` is 16 random bytes (section 4.1).
        ///
        /// Refuses a byte that could end a line or a word too early, and headers that are the handshake's own.
        public init(
            host: String, path: String, headers: [(name: String, value: String)], nonce: [UInt8]
        ) throws(Failure) {
            if host.isEmpty || !host.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
                throw .forbiddenByte(in: "host")
            }
            if path.utf8.first != UInt8(ascii: "/") || !path.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
                throw .forbiddenByte(in: "path")
            }
            key = Base64.text(nonce)
            var lines = [
                "GET \(path) HTTP/1.1", "Host: \(host)", "Upgrade: websocket", "Connection: Upgrade",
                "Sec-WebSocket-Key: \(key)", "Sec-WebSocket-Version: 13",
            ]
            for (name, value) in headers {
                if !Handshake.isToken(name.utf8) || !value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
                    throw .forbiddenByte(in: "header")
                }
                if Self.isOurs(name.lowercased()) { throw .reservedHeader(name) }
                lines.append("\(name): \(value)")
            }
            bytes = Array((lines.joined(by: "\r\n") + "\r\n\r\n").utf8)
        }

        private static func isOurs(_ name: String) -> Bool {
            name.hasPrefix("sec-websocket-")
                || ["host", "upgrade", "connection", "content-length", "transfer-encoding"].contains(name)
        }
    }
}
