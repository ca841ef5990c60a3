import Glibc
import System

/// A caller's telephone: it calls an Asterisk over SIP, sends what the caller says as real RTP, and keeps every packet of
/// sound that it is sent. It may return what it plays, as a telephone does whose loudspeaker is near its microphone. Its owner
/// polls for it.
package final class Telephone {
    /// What it plays comes back so much later and so much fainter.
    package struct Echo: Sendable {
        package let delay: Duration
        package let decibels: Float

        package init(delay: Duration, decibels: Float) {
            self.delay = delay
            self.decibels = decibels
        }
    }

    /// 20 ms that came.
    package struct Heard {
        /// When, in seconds since 1970.
        package let time: Double
        package let samples: [Int16]

        /// Asterisk's silence is exactly nothing; a quiet end of a word is more than that.
        package var isSound: Bool { samples.contains { $0.magnitude >= 64 } }
    }

    package enum Failure: Error { case refused(String) }

    private let dialogue: SIPDialogue
    private let media: UDPSocket
    private let echo: Echo?
    private var peer: (host: String, port: UInt16)?
    private var began = Duration.zero
    /// When each packet of ours was sent, in seconds since 1970.
    private var sent: [Double] = []
    private var words: [Int16] = []
    private var wordsSent = 0
    /// What is to come back, by the position of its samples.
    private var returning: [Int16] = []
    /// What is to be added to the stamp of a packet to have its position on our clock.
    private var offset: Int?
    private var keys: [(event: UInt8, start: Int)] = []
    package private(set) var heard: [Heard] = []

    private static let frame = 160
    private static let frameLength = Duration.milliseconds(20)
    /// RFC 4733: a key lasts so many packets, and its last one comes three times.
    private static let keyFrames = 5

    /// Calls at once. `user`: the endpoint of Asterisk's that the call belongs to.
    package init(_ number: String, as user: String, from address: String, to asterisk: String, echo: Echo? = nil) throws
    {
        media = try UDPSocket(address: address)
        self.echo = echo
        dialogue = try SIPDialogue(number, as: user, from: address, to: asterisk, mediaPort: media.port)
    }

    /// The call is answered, and sound goes both ways.
    package var isJoined: Bool { peer != nil && !isOver }
    package var isOver: Bool { dialogue.isOver }

    package var interests: [Poll.Interest] { [dialogue.interest, media.interest] }

    /// Until there is something to be done again, if nothing comes.
    package var timeout: Duration {
        isJoined ? max(began + Self.frameLength * sent.count - MonotonicClock.now(), .zero) : .milliseconds(100)
    }

    /// Says these samples of 8 kHz from now on; the answer is the position of the first one. What he was saying is over.
    @discardableResult
    package func say(_ samples: [Int16]) -> Int {
        words = samples
        wordsSent = 0
        return sent.count * Self.frame
    }

    package var isSaying: Bool { wordsSent < words.count }

    /// When the packet with the sample at this position was sent, in seconds since 1970.
    package func time(ofSample position: Int) -> Double? {
        let index = position / Self.frame
        return sent.indices.contains(index) ? sent[index] : nil
    }

    /// Presses a key, 100 ms long.
    package func press(_ key: Character) {
        guard let event = Array("0123456789*#").firstIndex(of: key) else { return }
        keys.append((UInt8(event), sent.count))
    }

    package func hangUp() { dialogue.hangUp() }

    /// Does what is due.
    package func step() throws(Failure) {
        try dialogue.step()
        if peer == nil, let media = dialogue.media {
            peer = media
            began = MonotonicClock.now()
        }
        while let packet = self.media.receive() { take(packet) }
        while isJoined, MonotonicClock.now() >= began + Self.frameLength * sent.count { send() }
    }

    // MARK: RTP

    /// RFC 3550, 5.1.
    private func take(_ packet: UDPSocket.Packet) {
        let bytes = packet.bytes
        guard bytes.count > 12, bytes[0] == 0x80, bytes[1] & 0x7F == 0 else { return }
        let samples = bytes[12...].map { MuLaw.decoded($0) }
        heard.append(Heard(time: packet.time, samples: samples))
        guard let echo else { return }
        let stamp = bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
        let now = Int((MonotonicClock.now() - began) / .milliseconds(1)) * 8
        // Where the stamps jump, what comes is played as it comes.
        if let offset, abs(stamp + offset - now) < 2000 {} else { offset = now - stamp }
        let start = stamp + (offset ?? 0) + Int(echo.delay / .milliseconds(1)) * 8
        if start < 0 { return }
        let missing = start + samples.count - returning.count
        if missing > 0 { returning += [Int16](repeating: 0, count: missing) }
        let factor = pow(10, echo.decibels / 20)
        for (index, sample) in samples.enumerated() { returning[start + index] = Int16(Float(sample) * factor) }
    }

    private func send() {
        guard let peer else { return }
        let index = sent.count
        let said = words[min(wordsSent, words.count)..<min(wordsSent + Self.frame, words.count)]
        wordsSent += said.count
        var samples = Array(said) + [Int16](repeating: 0, count: Self.frame - said.count)
        let place = index * Self.frame
        for (number, sample) in returning.dropFirst(place).prefix(Self.frame).enumerated() {
            samples[number] = Int16(clamping: Int(samples[number]) + Int(sample))
        }
        if let key = keys.first, index >= key.start + Self.keyFrames { keys.removeFirst() }
        if let key = keys.first, index >= key.start {
            // RFC 4733, 2.5.1: all packets of an event have the stamp of its beginning.
            let number = index - key.start + 1
            let isLast = number == Self.keyFrames
            let length = Self.frame * number
            let payload = [key.event, isLast ? 0x8A : 0x0A, UInt8(length >> 8), UInt8(length & 0xFF)]
            for _ in 0..<(isLast ? 3 : 1) { send(payload, type: 101, stamp: key.start * Self.frame, to: peer) }
        } else {
            send(samples.map { MuLaw.encoded($0) }, type: 0, stamp: place, to: peer)
        }
        sent.append(WallClock.now())
    }

    private var sequence: UInt16 = 0

    private func send(_ payload: [UInt8], type: UInt8, stamp: Int, to peer: (host: String, port: UInt16)) {
        let stamp = UInt32(truncatingIfNeeded: stamp)
        let header: [UInt8] = [
            0x80, type, UInt8(sequence >> 8), UInt8(sequence & 0xFF),
            UInt8(stamp >> 24), UInt8(stamp >> 16 & 0xFF), UInt8(stamp >> 8 & 0xFF), UInt8(stamp & 0xFF), 0, 0, 0, 7,
        ]
        sequence &+= 1
        media.send(header + payload, to: peer.host, port: peer.port)
    }
}
