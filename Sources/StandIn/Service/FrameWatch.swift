/// Finds faults in the frames of a client that an `Assembler` does not report (RFC 6455, section 5). It reads the
/// headers of frames by itself, because it judges the room `WebSocket`.
struct FrameWatch {
    enum Oddity: String {
        case sameMask = "two frames in a row with the same mask"
        case afterClose = "bytes after the close frame"
    }

    private var header: [UInt8] = []
    private var payload: UInt64 = 0
    private var lastMask: [UInt8] = []
    private var isClosed = false

    mutating func receive(_ bytes: [UInt8]) -> [Oddity] {
        var oddities: [Oddity] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if payload > 0 {
                let skipped = rest.prefix(Int(clamping: payload)).count
                payload -= UInt64(skipped)
                rest = rest.dropFirst(skipped)
                continue
            }
            if isClosed && header.isEmpty { return oddities + [.afterClose] }
            header.append(rest.removeFirst())
            if isWhole { endHeader(&oddities) }
        }
        return oddities
    }

    private var lengthWidth: Int {
        switch header[1] & 0x7F {
        case 126: 2
        case 127: 8
        default: 0
        }
    }

    private var isWhole: Bool {
        header.count >= 2 && header.count == 2 + lengthWidth + (header[1] & 0x80 == 0 ? 0 : 4)
    }

    private mutating func endHeader(_ oddities: inout [Oddity]) {
        let long = header[2..<2 + lengthWidth].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        payload = lengthWidth == 0 ? UInt64(header[1] & 0x7F) : long
        if header[1] & 0x80 != 0 {
            let mask = Array(header.suffix(4))
            if mask == lastMask { oddities.append(.sameMask) }
            lastMask = mask
        }
        if header[0] & 0x0F == 0x8 { isClosed = true }
        header = []
    }
}
