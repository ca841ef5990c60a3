extension Handshake {
    public enum Outcome: Equatable, Sendable {
        /// `rest`: bytes of the first frames that came with the answer.
        case accepted(rest: [UInt8])
        /// Header names in lower case. `body` is what came of it with the headers, at most 1 KiB.
        case refused(status: Int, headers: [String: String], body: [UInt8])
    }

    /// Reads what a server answers, however it is cut. RFC 6455, section 4.1, over RFC 9112.
    public struct ResponseParser: Sendable {
        public static let longestLine = 8192
        public static let mostHeaders = 128

        private let acceptance: String
        private var line: [UInt8] = []
        private var headerCount = 0
        private var status: (version: UInt8, code: Int)?
        private var headers: [String: String] = [:]

        public init(key: String) { acceptance = Handshake.acceptance(forKey: key) }

        /// Takes what one read gave; nil while the answer is not whole.
        public mutating func receive(_ bytes: some Sequence<UInt8>) throws(Failure) -> Outcome? {
            var input = bytes.makeIterator()
            while let byte = input.next() {
                line.append(byte)
                if line.count > Self.longestLine { throw .lineTooLong }
                if byte != UInt8(ascii: "\n") { continue }
                line.removeLast()
                // A line feed without its carriage return, or one inside a line: RFC 9112, section 2.2.
                if line.popLast() != UInt8(ascii: "\r") || line.contains(UInt8(ascii: "\r")) { throw .malformedLine }
                defer { line.removeAll(keepingCapacity: true) }
                if let code = try endLine() {
                    let rest = Array(IteratorSequence(input))
                    if code == 101 {
                        try checkUpgrade()
                        return .accepted(rest: rest)
                    }
                    return .refused(status: code, headers: headers, body: Array(rest.prefix(1024)))
                }
            }
            return nil
        }

        /// The final status, once the blank line came.
        private mutating func endLine() throws(Failure) -> Int? {
            guard let (_, code) = status else {
                status = try statusLine()
                return nil
            }
            if !line.isEmpty {
                try header()
                return nil
            }
            if code != 101 && code < 200 {
                // An interim answer counts as a header, so that they cannot go on for ever.
                status = nil
                headers = [:]
                try countHeader()
                return nil
            }
            return code
        }

        private func statusLine() throws(Failure) -> (UInt8, Int) {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count >= 2, words[0].count == 8, words[0].starts(with: "HTTP/1.".utf8),
                let version = words[0].last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(version),
                words[1].count == 3, let code = Int(String(decoding: words[1], as: UTF8.self)), code >= 100
            else { throw .malformedLine }
            return (version, code)
        }

        private mutating func header() throws(Failure) {
            try countHeader()
            // A folded line or a space before the colon makes no token: RFC 9112, sections 5.1 and 5.2.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), Handshake.isToken(line[..<colon]) else {
                throw .malformedLine
            }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = String(decoding: Handshake.trimmed(line[(colon + 1)...]), as: UTF8.self)
            headers[name] = headers[name].map { "\($0), \(value)" } ?? value
        }

        private mutating func countHeader() throws(Failure) {
            headerCount += 1
            if headerCount > Self.mostHeaders { throw .tooManyHeaders }
        }

        private func checkUpgrade() throws(Failure) {
            if status?.version == UInt8(ascii: "0") { throw .notAnUpgrade }
            if headers["upgrade"]?.lowercased() != "websocket" { throw .notAnUpgrade }
            if !Handshake.list(headers["connection"], holds: "upgrade") { throw .notAnUpgrade }
            if headers["sec-websocket-accept"] != acceptance { throw .wrongAcceptance }
            // Our requests offer neither.
            if headers["sec-websocket-extensions"] != nil { throw .unofferedExtension }
            if headers["sec-websocket-protocol"] != nil { throw .unofferedSubprotocol }
        }
    }
}
