/// The RTP packets of a caller who says nothing and presses keys: 50 a second, PCMU, and RFC 4733.
package struct CallerSound {
    package struct Press: Equatable {
        /// Since the call was answered.
        package let time: Duration
        package let key: Character

        package init(time: Duration, key: Character) {
            self.time = time
            self.key = key
        }
    }

    package struct Packet: Equatable {
        /// Since the first.
        package let time: Duration
        package let bytes: [UInt8]
    }

    package let length: Duration
    package private(set) var packets: [Packet] = []
    private var sequence: UInt16 = 0

    private static let frame = Duration.milliseconds(20)
    /// Samples in a frame.
    private static let samples = 160
    private static let silence = [UInt8](repeating: 0xFF, count: samples)
    /// A key lasts so many frames.
    private static let keyFrames = 5

    package init(length: Duration, _ presses: [Press]) {
        self.length = length
        let count = Int(length / Self.frame)
        var presses = presses[...]
        var index = 0
        while index < count {
            if let press = presses.first, Self.frame * index >= press.time {
                presses.removeFirst()
                add(press.key, at: index)
                index += Self.keyFrames
            } else {
                add(index, type: 0, stamp: index, Self.silence)
                index += 1
            }
        }
    }

    /// RFC 4733, 2.5.1: every packet of an event has the timestamp of its beginning, and a duration that grows; the last
    /// comes three times.
    private mutating func add(_ key: Character, at start: Int) {
        let event = Array("0123456789*#").firstIndex(of: key).map { UInt8($0) } ?? 0
        for number in 1...Self.keyFrames {
            let isLast = number == Self.keyFrames
            let duration = Self.samples * number
            let payload = [event, isLast ? 0x8A : 0x0A, UInt8(duration >> 8), UInt8(duration & 0xFF)]
            for _ in 0..<(isLast ? 3 : 1) {
                add(start + number - 1, type: 101, stamp: start, payload, isMarked: number == 1)
            }
        }
    }

    /// RFC 3550, 5.1.
    private mutating func add(_ index: Int, type: UInt8, stamp: Int, _ payload: [UInt8], isMarked: Bool = false) {
        let stamp = UInt32(stamp * Self.samples)
        let header: [UInt8] = [
            0x80, isMarked ? type | 0x80 : type, UInt8(sequence >> 8), UInt8(sequence & 0xFF),
            UInt8(stamp >> 24), UInt8(stamp >> 16 & 0xFF), UInt8(stamp >> 8 & 0xFF), UInt8(stamp & 0xFF), 0, 0, 0, 7,
        ]
        sequence &+= 1
        packets.append(Packet(time: Self.frame * index, bytes: header + payload))
    }
}
