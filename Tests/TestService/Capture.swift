import System

/// A capture file (pcap) of packets, as SIPp plays it. SIPp's own have one fixed timestamp a key, so that a second equal
/// key is the same key to Asterisk.
enum Capture {
    static func bytes(of packets: [CallerSound.Packet]) -> [UInt8] {
        // Magic number, version 2.4, time zone, accuracy, the longest packet, Ethernet.
        var bytes = little([0xA1B2_C3D4]) + [2, 0, 4, 0] + little([0, 0, 65_535, 1])
        for packet in packets {
            let frame = ethernet(packet.bytes)
            let (seconds, attoseconds) = packet.time.components
            bytes += little([
                UInt32(seconds), UInt32(attoseconds / 1_000_000_000_000), UInt32(frame.count), UInt32(frame.count),
            ])
            bytes += frame
        }
        return bytes
    }

    /// SIPp takes the payload and writes addresses and ports of its own.
    private static func ethernet(_ payload: [UInt8]) -> [UInt8] {
        let udp = [UInt8](repeating: 0, count: 4) + big(8 + payload.count) + [0, 0] + payload
        let ip = [0x45, 0] + big(20 + udp.count) + [0, 0, 0, 0, 64, 17, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]
        return [UInt8](repeating: 0, count: 12) + [8, 0] + ip + udp
    }

    private static func big(_ value: Int) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    private static func little(_ values: [UInt32]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(value >> ($0 * 8) & 0xFF) } }
    }
}
