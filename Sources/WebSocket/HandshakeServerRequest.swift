import Text

extension Handshake {
    /// A client's request, seen by a server. RFC 6455, section 4.2.1.
    public struct ServerRequest: Equatable, Sendable {
        public let key: String

        /// Whether this is a request for a WebSocket and no plain one. Header names are in lower case.
        public static func isUpgrade(_ headers: [String: String]) -> Bool {
            Handshake.list(headers["upgrade"], holds: "websocket")
                && Handshake.list(headers["connection"], holds: "upgrade")
        }

        public init(method: String, headers: [String: String]) throws(Failure) {
            if method != "GET" || !Self.isUpgrade(headers) { throw .notAnUpgrade }
            if headers["sec-websocket-version"] != "13" { throw .wrongVersion }
            // 16 bytes in base 64.
            guard let key = headers["sec-websocket-key"], key.utf8.count == 24, key.hasSuffix("=="),
                key.utf8.dropLast(2).allSatisfy({ $0.isASCIILetterOrDigit || "+/".utf8.contains($0) })
            else { throw .wrongKey }
            self.key = key
        }
    }

    /// The answer of a server that accepts `key`.
    public static func serverResponse(key: String) -> [UInt8] {
        Array(
            ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: \(acceptance(forKey: key))\r\n\r\n").utf8)
    }
}
