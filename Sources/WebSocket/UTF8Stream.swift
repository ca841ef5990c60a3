/// Checks UTF-8 as it arrives and refuses the first byte that cannot be part of it. Unicode, table 3-7.
struct UTF8Stream {
    private static let continuation: ClosedRange<UInt8> = 0x80...0xBF

    private var missing = 0
    private var next = continuation

    /// Whether no character is incomplete.
    var isComplete: Bool { missing == 0 }

    /// Whether `bytes` can follow what came before.
    mutating func accept(_ bytes: some Sequence<UInt8>) -> Bool {
        for byte in bytes {
            if missing > 0 {
                if !next.contains(byte) { return false }
                missing -= 1
                next = Self.continuation
                continue
            }
            switch byte {
            case 0x00...0x7F: continue
            case 0xC2...0xDF: missing = 1
            case 0xE0: (missing, next) = (2, 0xA0...0xBF)
            case 0xED: (missing, next) = (2, 0x80...0x9F)
            case 0xE1...0xEF: missing = 2
            case 0xF0: (missing, next) = (3, 0x90...0xBF)
            case 0xF1...0xF3: missing = 3
            case 0xF4: (missing, next) = (3, 0x80...0x8F)
            default: return false
            }
        }
        return true
    }
}
