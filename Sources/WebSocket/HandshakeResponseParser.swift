extension Handshake {
    public enum Outcome: Equatable, Sendable {
        /// `rest` are bytes of the first frames that came with the answer.
        case accepted(rest: [UInt8])
        /// Header names are in lower case. `body` is the part of it that came with the headers, at most 1 KiB.
        case refused(status: Int, headers: [String: String], body: [UInt8])
    }

    /// Reads the answer of a server, however it is cut. RFC 6455, section 4.1, over RFC 9112.
    ///
    /// A switch of protocols is read strictly. In a refusal the status matters most, so headers that cannot be read are
    /// skipped.
    public struct ResponseParser: Sendable {
        /// For a switch of protocols, in bytes.
        public static let longestLine = 8192
        public static let mostHeaders = 128
        /// Everything up to the last blank line, including interim answers: as much as libcurl takes of an HTTP answer.
        public static let longestHead = 300 << 10

        private let acceptance: String
        private var headCount = 0
        private var line: [UInt8] = []
        private var isLineTooLong = false
        private var headerCount = 0
        private var status: (version: UInt8, code: Int)?
        private var headers: [String: String] = [:]
        /// The header that a folded line would continue.
        private var lastName: String?

        public init(key: String) { acceptance = Handshake.acceptance(forKey: key) }

        private var isSwitch: Bool { status?.code == 101 }

        /// Takes the bytes of one read; nil while the answer is not complete.
        public mutating func receive(_ bytes: [UInt8]) throws(Failure) -> Outcome? {
            for place in bytes.indices {
                let byte = bytes[place]
                headCount += 1
                if headCount > Self.longestHead { throw .headTooLong }
                // RFC 9110, section 5.5.
                if byte == 0 { throw .nullByte }
                try append(byte)
                if byte != UInt8(ascii: "\n") { continue }
                defer {
                    line.removeAll(keepingCapacity: true)
                    isLineTooLong = false
                }
                if let code = try endLine() {
                    let rest = Array(bytes[(place + 1)...])
                    if code == 101 {
                        try checkUpgrade()
                        return .accepted(rest: rest)
                    }
                    return .refused(status: code, headers: headers, body: Array(rest.prefix(1024)))
                }
            }
            return nil
        }

        private mutating func append(_ byte: UInt8) throws(Failure) {
            if isLineTooLong { return }
            line.append(byte)
            if line.count <= Self.longestLine { return }
            if status == nil || isSwitch { throw .lineTooLong }
            isLineTooLong = true
        }

        /// The final status once the blank line has come.
        private mutating func endLine() throws(Failure) -> Int? {
            if isLineTooLong {
                lastName = nil
                return nil
            }
            line.removeLast()
            let hasReturn = line.last == UInt8(ascii: "\r")
            if hasReturn { line.removeLast() }
            // A line feed without its carriage return, or one inside a line: RFC 9112, section 2.2.
            let isStrict = hasReturn && !line.contains(UInt8(ascii: "\r"))
            guard let (_, code) = status else {
                status = try statusLine()
                if isSwitch, !isStrict { throw .malformedLine }
                return nil
            }
            if isSwitch, !isStrict { throw .malformedLine }
            if !line.isEmpty {
                try header()
                return nil
            }
            lastName = nil
            if code != 101 && code < 200 {
                status = nil
                headers = [:]
                return nil
            }
            return code
        }

        private func statusLine() throws(Failure) -> (UInt8, Int) {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count >= 2, words[0].count == 8, words[0].starts(with: "HTTP/1.".utf8),
                let version = words[0].last, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(version),
                words[1].count == 3, let code = Int(String(decoding: words[1], as: UTF8.self)), code >= 100
            else { throw .malformedStatus }
            return (version, code)
        }

        private mutating func header() throws(Failure) {
            if isSwitch {
                headerCount += 1
                if headerCount > Self.mostHeaders { throw .tooManyHeaders }
            }
            let isFolded = line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t")
            if isFolded, !isSwitch { return unfold() }
            lastName = nil
            // A folded line or a space before the colon makes no token: RFC 9112, sections 5.1 and 5.2.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), Handshake.isToken(line[..<colon]) else {
                if isSwitch { throw .malformedLine }
                return
            }
            let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
            let value = value(of: line[(colon + 1)...])
            if headers[name] == nil { headers[name] = value } else { lengthen(name, ", ", value) }
            lastName = name
        }

        /// Replaces the fold by a space (RFC 9112, section 5.2).
        private mutating func unfold() {
            let more = value(of: line[...])
            if let lastName, !more.isEmpty { lengthen(lastName, headers[lastName] == "" ? "" : " ", more) }
        }

        /// A value does not become longer than a line, because each further line copies it.
        private mutating func lengthen(_ name: String, _ gap: String, _ more: String) {
            let before = headers[name] ?? ""
            if before.utf8.count + gap.utf8.count + more.utf8.count > Self.longestLine { return }
            headers[name] = before + gap + more
        }

        private func value(of bytes: ArraySlice<UInt8>) -> String {
            let plain = bytes.map { $0 == UInt8(ascii: "\r") ? UInt8(ascii: " ") : $0 }
            return String(decoding: Handshake.trimmed(plain), as: UTF8.self)
        }

        private func checkUpgrade() throws(Failure) {
            if status?.version == UInt8(ascii: "0") { throw .notAnUpgrade }
            if !Handshake.isToken((headers["upgrade"] ?? "").utf8, "websocket") { throw .notAnUpgrade }
            if !Handshake.list(headers["connection"], holds: "upgrade") { throw .notAnUpgrade }
            if !(headers["sec-websocket-accept"] ?? "").utf8.elementsEqual(acceptance.utf8) { throw .wrongAcceptance }
            // Our requests offer neither.
            if headers["sec-websocket-extensions"] != nil { throw .unofferedExtension }
            if headers["sec-websocket-protocol"] != nil { throw .unofferedSubprotocol }
        }
    }
}
