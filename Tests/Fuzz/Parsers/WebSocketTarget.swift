import StandIn
import Text

@testable import WebSocket

extension Target {
    /// A stream of frames to either side. The first bytes are cuts: messages are the same however they are cut. A text is
    /// UTF-8, a control message short, a close code legal, a violation and a close the last; no message is longer than the
    /// limit. What we would send of it is read as the same by the other side.
    static let frames = Target(name: "websocket-frames") { bytes in
        var draw = Draw(bytes)
        let isClient = draw.bool()
        let cuts = draw.bytes()
        let rest = draw.remainder()
        var whole = Assembler(role: isClient ? .client : .server, limit: 1000)
        var cut = Assembler(role: isClient ? .client : .server, limit: 1000)
        let incoming = whole.receive(rest)
        demand(rest.pieces(cuts).flatMap { cut.receive($0) } == incoming, "messages are the same however they are cut")
        var peer = Assembler(role: isClient ? .server : .client)
        for (index, message) in incoming.enumerated() {
            let frame: Frame
            switch message {
            case .text(let text):
                demand(text.utf8.count <= 1000, "a text is within the limit")
                frame = .text(text)
            case .binary(let bytes):
                demand(bytes.count <= 1000, "a message is within the limit")
                frame = .binary(bytes)
            case .ping(let bytes):
                demand(bytes.count <= Frame.longestControl, "a ping is short")
                frame = .ping(bytes)
            case .pong(let bytes):
                demand(bytes.count <= Frame.longestControl, "a pong is short")
                frame = .pong(bytes)
            case .close(let code, let reason):
                demand(code?.isLegal != false, "a close code is legal")
                demand(index == incoming.count - 1, "a close is the last")
                frame = .close(code, reason)
            case .violation(let error):
                demand(index == incoming.count - 1, "a violation is the last")
                demand(error.closeCode.isLegal && !"\(error)".isEmpty, "a violation is told")
                continue
            }
            let sent = frame.encoded(mask: isClient ? [1, 2, 3, UInt8(index & 0xFF)] : nil)
            demand(peer.receive(sent) == [message], "what is sent is read as the same")
        }
        demand(whole.receive(rest).isEmpty || !incoming.contains(where: \.isLast), "nothing counts after the end")
    }

    /// A text in pieces: the validator of streams agrees with Swift's own of whole texts, at every place.
    static let utf8 = Target(name: "websocket-utf8") { bytes in
        var draw = Draw(bytes)
        let cuts = draw.bytes()
        let rest = draw.remainder()
        var stream = UTF8Stream()
        let isAccepted = rest.pieces(cuts).allSatisfy { stream.accept($0) }
        let isText = String(validating: rest, as: UTF8.self) != nil
        demand((isAccepted && stream.isComplete) == isText, "both validators agree")
    }

    /// The answer to a handshake. The first bytes are cuts: the outcome is the same however it is cut. Accepted is only
    /// what proves that it has read our key; what follows the head is kept whole, and a refusal shows 1 KiB at most.
    static let handshakeResponse = Target(name: "websocket-response") { bytes in
        var draw = Draw(bytes)
        let cuts = draw.bytes()
        var rest = draw.remainder()
        let key = "dGhlIHNhbXBsZSBub25jZQ=="
        // The proof may stand anywhere in the input as a mark, because nobody guesses it.
        rest = rest.replacing(Array("@@".utf8), by: Array(Handshake.acceptance(forKey: key).utf8))
        let whole = outcome([rest], key)
        let cut = outcome(rest.pieces(cuts), key)
        demand(whole == cut, "the outcome is the same however it is cut: \(whole) and \(cut)")
        switch whole {
        case .success(.accepted(let after)?):
            demand(rest.suffix(after.count).elementsEqual(after), "what follows is kept")
            demand(rest.starts(with: "HTTP/1.".utf8) || rest.holds(Array("\nHTTP/1.".utf8)), "it is an answer")
            demand(rest.holds(Array(Handshake.acceptance(forKey: key).utf8)), "the proof is there")
        case .success(.refused(let status, _, let body)?):
            demand((200...999).contains(status) && body.count <= 1024, "a refusal has a status and a short body")
        case .success(nil): demand(rest.count <= Handshake.ResponseParser.longestHead, "a head has an end")
        case .failure(let failure): demand(!"\(failure)".isEmpty, "a failure has words")
        }
    }

    private static func outcome(
        _ pieces: [[UInt8]], _ key: String
    ) -> Result<Handshake.Outcome?, Handshake.Failure> {
        var parser = Handshake.ResponseParser(key: key)
        for (index, piece) in pieces.enumerated() {
            do throws(Handshake.Failure) {
                switch try parser.receive(Array(piece)) {
                case .accepted(let rest)?:
                    return .success(.accepted(rest: rest + pieces[(index + 1)...].joined()))
                case .refused(let status, let headers, let body)?:
                    let all = body + pieces[(index + 1)...].joined()
                    return .success(.refused(status: status, headers: headers, body: Array(all.prefix(1024))))
                case nil: continue
                }
            } catch { return .failure(error) }
        }
        return .success(nil)
    }

    /// The request of a handshake, with any host, path and headers. It is refused, or a strict parser of HTTP finds one
    /// upgrade in it with this path, this host and these headers, and our own key.
    static let handshakeRequest = Target(name: "websocket-request") { bytes in
        var draw = Draw(bytes)
        let host = draw.bool() ? "host.test" : draw.text()
        let path = draw.bool() ? "/path" : draw.text()
        let headers = (0..<draw.number(below: 4)).map { _ in (name: draw.text(), value: draw.text()) }
        guard let request = try? Handshake.Request(host: host, path: path, headers: headers, nonce: bytes16) else {
            return
        }
        // The parser of the stand-in refuses what is not ASCII, and limits lines.
        let isPlain = request.bytes.allSatisfy { $0 == 13 || $0 == 10 || (0x20...0x7E).contains($0) }
        demand(request.bytes.filter { $0 == 10 }.count == 7 + headers.count, "a header is one line")
        guard isPlain else { return }
        var parser = RequestParser()
        parser.receive(request.bytes)
        guard let parsed = try? parser.next() else { complain("a request can be read") }
        demand(parsed.method == "GET", "it is a GET")
        let found = parsed.headersByName
        demand(found["host"] == host, "the host is the one that was said")
        demand((try? Handshake.ServerRequest(method: "GET", headers: found))?.key == request.key, "it is an upgrade")
        demand(found.count <= 5 + headers.count, "nothing becomes a header that is none")
    }

    private static let bytes16 = [UInt8](0..<16)
}

extension Assembler.Incoming {
    fileprivate var isLast: Bool {
        switch self {
        case .close, .violation: true
        default: false
        }
    }
}
