import Glibc
import System

/// One call over SIP (RFC 3261) by UDP, from the side that calls: INVITE, ACK, BYE, and an answer to whatever else comes.
final class SIPDialogue {
    private let socket: UDPSocket
    private let address: String
    private let asterisk: String
    private let user: String
    private let number: String
    private let mediaPort: UInt16
    private let name = String(UInt64.random(in: 0 ... .max), radix: 36)
    /// The other side's tag and address, once it has answered.
    private var peer: (to: String, target: String)?
    private var invited = Duration.zero
    private var isRinging = false
    private var leaves: (since: Duration, last: Duration)?

    /// Where the other side wants the sound.
    private(set) var media: (host: String, port: UInt16)?
    private(set) var isOver = false

    /// Timer E and its like: what is not answered is sent again after so long.
    private static let patience = Duration.milliseconds(500)
    private static let port: UInt16 = 5060

    init(_ number: String, as user: String, from address: String, to asterisk: String, mediaPort: UInt16) throws {
        socket = try UDPSocket(address: address)
        (self.number, self.user, self.address) = (number, user, address)
        (self.asterisk, self.mediaPort) = (asterisk, mediaPort)
        invite()
    }

    var interest: Poll.Interest { socket.interest }

    func hangUp() {
        if leaves != nil || isOver { return }
        leaves = (MonotonicClock.now(), .zero)
    }

    func step() throws(Telephone.Failure) {
        while let packet = socket.receive() { try take(String(decoding: packet.bytes, as: UTF8.self)) }
        let now = MonotonicClock.now()
        if isOver { return }
        if peer == nil, !isRinging, now > invited + Self.patience { invite() }
        if let leaves, peer != nil, now > leaves.last + Self.patience {
            self.leaves?.last = now
            bye()
            if now > leaves.since + .seconds(10) { isOver = true }
        }
    }

    private func take(_ text: String) throws(Telephone.Failure) {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
        func header(_ name: String) -> String? {
            lines.first { $0.lowercased().hasPrefix(name + ":") }.map {
                String($0.dropFirst(name.count + 1).drop { $0 == " " })
            }
        }
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, let count = header("cseq") else { return }
        guard words[0] == "SIP/2.0" else { return answer(String(words[0]), lines) }
        let status = Int(words[1]) ?? 0
        if count.hasSuffix("BYE") { isOver = status >= 200 }
        if !count.hasSuffix("INVITE") { return }
        isRinging = true
        if status < 200 { return }
        let target = header("contact").map { $0.drop { $0 != "<" }.dropFirst().prefix { $0 != ">" } } ?? ""
        let to = header("to") ?? ""
        acknowledge(to, String(target))
        if status >= 300 {
            isOver = true
            throw .refused(lines[0])
        }
        if peer != nil { return }
        let host = lines.first { $0.hasPrefix("c=IN IP4 ") }?.dropFirst(9)
        let port = lines.first { $0.hasPrefix("m=audio ") }?.dropFirst(8).prefix { $0.isNumber }
        guard let host, let port = port.flatMap({ UInt16($0) }) else { throw .refused("no place for sound: \(text)") }
        peer = (to, String(target))
        media = (String(host), port)
    }

    // MARK: What is sent

    private func send(_ text: String) { socket.send(Array(text.utf8), to: asterisk, port: Self.port) }

    private func headers(_ method: String, _ count: Int, to: String) -> String {
        [
            "Via: SIP/2.0/UDP \(address):\(socket.port);branch=z9hG4bK\(name)\(method)\(count)", "Max-Forwards: 70",
            "From: <sip:\(user)@\(address):\(socket.port)>;tag=\(name)", "To: \(to)", "Call-ID: \(name)",
            "CSeq: \(count) \(method)", "Contact: <sip:\(user)@\(address):\(socket.port)>",
        ].joined(separator: "\r\n")
    }

    private func invite() {
        invited = MonotonicClock.now()
        let offer = [
            "v=0", "o=- 1 1 IN IP4 \(address)", "s=-", "c=IN IP4 \(address)", "t=0 0",
            "m=audio \(mediaPort) RTP/AVP 0 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000",
            "a=fmtp:101 0-15", "a=ptime:20", "",
        ].joined(separator: "\r\n")
        let target = "sip:\(number)@\(asterisk):\(Self.port)"
        send(
            "INVITE \(target) SIP/2.0\r\n\(headers("INVITE", 1, to: "<\(target)>"))\r\n"
                + "Content-Type: application/sdp\r\nContent-Length: \(offer.utf8.count)\r\n\r\n\(offer)")
    }

    private func acknowledge(_ to: String, _ target: String) {
        let target = target.isEmpty ? "sip:\(number)@\(asterisk):\(Self.port)" : target
        send("ACK \(target) SIP/2.0\r\n\(headers("ACK", 1, to: to))\r\nContent-Length: 0\r\n\r\n")
    }

    private func bye() {
        guard let peer else { return }
        send("BYE \(peer.target) SIP/2.0\r\n\(headers("BYE", 2, to: peer.to))\r\nContent-Length: 0\r\n\r\n")
    }

    /// RFC 3261, 8.2.6.
    private func answer(_ method: String, _ lines: [String]) {
        if method == "ACK" { return }
        if method == "BYE" { isOver = true }
        let kept = lines.filter { line in
            ["via:", "from:", "to:", "call-id:", "cseq:"].contains { line.lowercased().hasPrefix($0) }
        }
        send((["SIP/2.0 200 OK"] + kept + ["Content-Length: 0", "", ""]).joined(separator: "\r\n"))
    }
}
