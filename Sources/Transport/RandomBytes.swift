/// Draws unpredictable bytes from the system's random source.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        while bytes.count < count { withUnsafeBytes(of: random.next() as UInt64) { bytes += $0 } }
        return Array(bytes.prefix(count))
    }
}
